// Pool: what its calls give, and what becomes of them, beyond what the conformance triples show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <numeric>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "multiprocessing/pool_calls.h"
#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using multiprocessing::OnWorkerLost;
using multiprocessing::Pool;
using multiprocessing::ProcessError;
using skein::None;
using skein::testing::error_of;
using skein::testing::eventually;
using skein::testing::Mailbox;
using skein::testing::share;
using skein::testing::square;
using skein::testing::stay_at;
using skein::testing::worker_pid;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class PoolTest : public skein::testing::ThreadedMethodTest {};
SKEIN_TEST_ALL_METHODS(PoolTest);

// ---- what may be called, and what comes back ----

struct Counter {
  int count = 0;
  int raised(int by) { return count += by; }
};
struct Twice {
  int operator()(int x) const { return 2 * x; }
};
class Scaled {  // Travels with what it holds.
 public:
  Scaled() = default;
  explicit Scaled(int factor) : factor_(factor) {}
  int operator()(int x) const { return factor_ * x; }

 private:
  int factor_ = 1;
};

TEST_P(PoolTest, CallsWhatTravels) {
  auto pool = context().Pool(2);
  EXPECT_EQ(pool.apply(square, 3), 9);
  EXPECT_EQ(pool.apply([](int x) { return x + 1; }, 3), 4);
  EXPECT_EQ(pool.apply(Twice(), 3), 6);
  EXPECT_EQ(pool.apply(Scaled(5), 3), 15);
  EXPECT_EQ(pool.apply(&Counter::raised, Counter{.count = 7}, 3), 10);
  EXPECT_EQ(pool.apply([](const std::string& text, double x,
                          std::vector<int> list) { return text + std::to_string(list.size()) + (x > 1 ? "!" : "?"); },
                       "a", 1.5, std::vector<int>{1, 2}),
            "a2!");
  EXPECT_THAT(pool.map(Scaled(3), std::array{1, 2, 3}), ElementsAre(3, 6, 9));
  EXPECT_THAT(pool.map(Scaled(4), std::array{1, 2, 3}), ElementsAre(4, 8, 12));  // It comes with each call.
}

TEST_P(PoolTest, ResultsAreCopiedByGetAndMovedByTake) {
  auto pool = context().Pool(1);
  const auto text = pool.apply_async([] { return std::string(100, 'x'); });
  EXPECT_EQ(text.get(), std::string(100, 'x'));
  EXPECT_EQ(text.get(), std::string(100, 'x'));
  EXPECT_EQ(text.take(), std::string(100, 'x'));
  EXPECT_THROW(text.get(), skein::RuntimeError);
  EXPECT_THROW(text.take(), skein::RuntimeError);
  EXPECT_TRUE(text.successful());
  const auto pointer = pool.apply_async(
      [](std::unique_ptr<int> p) {
        ++*p;
        return p;
      },
      std::make_unique<int>(4));
  EXPECT_EQ(*pointer.get(), 5);  // It cannot be copied.
  EXPECT_THROW(pointer.get(), skein::RuntimeError);
  const auto failed = pool.apply_async([]() -> int { throw skein::ValueError("why"); });
  EXPECT_THROW(failed.take(), skein::ValueError);
  EXPECT_THROW(failed.take(), skein::ValueError);
}

class NoDefault {
 public:
  explicit NoDefault(int x) : x_(x) {}
  [[nodiscard]] int x() const { return x_; }

 private:
  int x_;
};

TEST_P(PoolTest, MapsAnyRangeToAnyResult) {
  auto pool = context().Pool(2);
  const std::list<int> numbers{1, 2, 3, 4, 5};
  EXPECT_THAT(pool.map(square, numbers), ElementsAre(1, 4, 9, 16, 25));
  EXPECT_THAT(pool.map(square, numbers | std::views::filter([](int x) { return x % 2 != 0; })), ElementsAre(1, 9, 25));
  EXPECT_THAT(pool.map({.chunksize = 2}, square, std::views::iota(0, 5)), ElementsAre(0, 1, 4, 9, 16));
  EXPECT_THAT(pool.map([](int x) { return x > 2; }, numbers), ElementsAre(false, false, true, true, true));
  EXPECT_EQ(pool.map([](int) {}, numbers).size(), 5U);
  const auto made = pool.map([](int x) { return NoDefault(x); }, numbers, 2);
  EXPECT_EQ(made.size(), 5U);
  EXPECT_EQ(made.back().x(), 5);
  EXPECT_THAT(pool.map([](bool b) { return !b; }, std::vector<bool>{true, false}), ElementsAre(false, true));
  EXPECT_THAT(pool.starmap([](int a, int b, int c) { return a + b + c; }, std::vector<std::array<int, 3>>{{1, 2, 3}}),
              ElementsAre(6));
}

// Numbers and what else lies in memory as it travels go in one piece; others one by one.
struct Place {
  double x = 0;
  int level = 0;
  bool operator==(const Place&) const = default;
};
enum class Colour : std::uint8_t { kRed, kGreen };

TEST_P(PoolTest, MapsChunksOfEveryKindOfElement) {
  auto pool = context().Pool(2);
  std::vector<int> numbers(1003);
  std::iota(numbers.begin(), numbers.end(), -7);
  std::vector<int> squares;
  for (const int number : numbers) squares.push_back(number * number);
  for (const int chunksize : {1, 2, 100, 1003, 5000}) {
    EXPECT_EQ(pool.map(square, numbers, chunksize), squares) << chunksize;
    EXPECT_EQ(pool.map(square, std::list<int>(numbers.begin(), numbers.end()), chunksize), squares) << chunksize;
  }
  const auto up = [](Place place) { return Place{.x = place.x + 0.5, .level = place.level + 1}; };
  EXPECT_THAT(pool.map(up, std::array<Place, 3>{{{1, 1}, {2, 2}, {3, 3}}}, 2),
              ElementsAre(Place{1.5, 2}, Place{2.5, 3}, Place{3.5, 4}));
  EXPECT_THAT(pool.map([](Colour colour) { return colour == Colour::kRed ? Colour::kGreen : Colour::kRed; },
                       std::vector<Colour>{Colour::kRed, Colour::kGreen}, 2),
              ElementsAre(Colour::kGreen, Colour::kRed));
  const std::vector<std::tuple<char, double, Place>> mixed{{'a', 1.5, {1, 1}}, {'b', 2.5, {2, 2}}, {'c', 3.5, {3, 3}}};
  EXPECT_THAT(
      pool.starmap([](char c, double x, const Place& place) { return c + std::to_string(x + place.x); }, mixed, 2),
      ElementsAre("a2.500000", "b4.500000", "c6.500000"));
  EXPECT_THAT(
      pool.map([](const std::string& text) { return text.size(); }, std::vector<std::string>{"a", "", "abc"}, 2),
      ElementsAre(1U, 0U, 3U));
  std::vector<int> read;
  for (const int one : pool.imap(square, numbers, 100)) read.push_back(one);
  EXPECT_EQ(read, squares);
  EXPECT_THROW(pool.map([](int x) { return x == 500 ? throw skein::ValueError("500") : x; }, numbers, 100),
               skein::ValueError);
}

// CPython returns a list of Nones.
TEST_P(PoolTest, MapRefusesChunksOfLessThanOne) {
  auto pool = context().Pool(1);
  const std::vector<int> numbers{1, 2};
  EXPECT_EQ(error_of([&] { return pool.map(square, numbers, 0); }), "Chunksize must be 1+, not 0");
  EXPECT_EQ(error_of([&] { return pool.map(square, numbers, -2); }), "Chunksize must be 1+, not -2");
  EXPECT_EQ(pool.map(square, std::vector<int>(), 0).size(), 0U);
}

// An input that fails is not asked again, and what was submitted of it is run.
TEST_P(PoolTest, ASizedInputThatThrowsFailsTheMap) {
  auto pool = context().Pool(1);
  int asked = 0;
  const auto input = std::views::iota(0, 10) | std::views::transform([&asked](int i) {
                       ++asked;
                       if (i == 4) throw skein::ValueError("no more");
                       return i;
                     });
  EXPECT_EQ(error_of([&] { return pool.map(square, input, 2); }), "no more");
  EXPECT_EQ(asked, 5);
  EXPECT_EQ(pool.apply(square, 2), 4);
}

// ---- callbacks ----

TEST_P(PoolTest, WhatACallbackThrowsGoesToTheExcepthook) {
  auto pool = context().Pool(1);
  threading::Lock lock;
  std::vector<std::string> heard;
  threading::set_excepthook([&](const threading::ExceptHookArgs& args) {
    const std::scoped_lock guard(lock);
    heard.push_back(error_of([&]() -> int { std::rethrow_exception(args.exc_value); }));
  });
  const auto throws = [](const auto&) { throw skein::RuntimeError("of a callback"); };
  EXPECT_EQ(pool.apply_async({.callback = throws}, square, 3).get(), 9);
  const auto failed = pool.apply_async({.error_callback = throws}, []() -> int { throw skein::ValueError("why"); });
  EXPECT_EQ(error_of([&] { return failed.get(); }), "why");
  EXPECT_THAT(pool.map_async({.callback = throws}, square, std::array{1, 2}).get(), ElementsAre(1, 4));
  threading::set_excepthook(nullptr);
  EXPECT_THAT(heard, ElementsAre("of a callback", "of a callback", "of a callback"));
  EXPECT_EQ(pool.apply(square, 2), 4);
}

// There it would never come.
TEST_P(PoolTest, ACallbackMayNotWaitForResults) {
  auto pool = context().Pool(1);
  auto other = context().Pool(1);
  std::vector<std::string> said;
  const auto note = [&](auto call) { said.push_back(error_of(call)); };
  pool.apply_async({.callback =
                        [&](int) {
                          const auto later = pool.apply_async(square, 2);
                          note([&] { return later.get(); });
                          note([&]() -> int { return later.wait(), 0; });
                          note([&] { return pool.apply(square, 2); });
                          note([&] { return pool.map(square, std::array{1}); });
                          note([&] { return pool.imap(square, std::array{1}).next(); });
                          note([&] { return later.get(0.001); });  // A limit is fine.
                          note([&] { return other.apply(square, 2); });
                          pool.close();
                          note([&]() -> int { return pool.join(), 0; });
                        }},
                   square, 1)
      .wait();
  const std::string refused = "cannot wait for a result in the thread that brings it";
  EXPECT_THAT(said, ElementsAre(refused, refused, refused, refused, refused, "", "", "cannot join current thread"));
}

TEST_P(PoolTest, ACallbackMayTerminateItsPool) {
  const Mailbox box;
  auto pool = context().Pool({.processes = 2}, share, box);
  const auto stays = pool.apply_async(stay_at, 1);
  ASSERT_TRUE(box.wait(1));
  EXPECT_EQ(pool.apply_async({.callback = [&](int) { pool.terminate(); }}, square, 3).get(), 9);
  EXPECT_THROW(stays.get(), ProcessError);
  pool.join();
}

// ---- the end ----

TEST_P(PoolTest, TerminateFailsWhatHasNoResult) {
  const Mailbox box;
  auto pool = context().Pool({.processes = 2}, share, box);
  const auto running = pool.apply_async(stay_at, 1);
  const auto mapped = pool.map_async(stay_at, std::array{2, 3, 4, 5, 6, 7, 8, 9}, 1);
  auto it = pool.imap(stay_at, std::views::iota(10, 510));
  std::string heard;
  const auto told = pool.apply_async(
      {.error_callback =
           [&](std::exception_ptr error) { heard = error_of([&]() -> int { std::rethrow_exception(error); }); }},
      stay_at, 20);
  ASSERT_TRUE(box.wait(1));
  pool.terminate();
  const std::string why = "the pool was terminated before the call had a result";
  EXPECT_EQ(error_of([&] { return running.get(); }), why);
  EXPECT_EQ(error_of([&] { return mapped.get(); }), why);
  EXPECT_FALSE(told.successful());
  EXPECT_EQ(heard, why);
  int errors = 0;
  while (error_of([&] { return it.next(); }) == why) ++errors;
  EXPECT_GT(errors, 32);  // Those that were submitted, and one for the rest of the input.
  EXPECT_EQ(it.next(), std::nullopt);
  EXPECT_THROW(pool.apply(square, 1), skein::ValueError);
}

TEST_P(PoolTest, TheDestructorTerminates) {
  const Mailbox box;
  std::unique_ptr<Pool> pool(new Pool(2, share, std::tuple(box), None, context()));
  const auto stays = pool->apply_async(stay_at, 1);
  auto it = pool->imap(stay_at, std::views::iota(2));
  ASSERT_TRUE(box.wait(1));
  const auto done = pool->apply_async(square, 3);
  pool.reset();
  EXPECT_THROW(stays.get(), ProcessError);
  EXPECT_THROW(it.next(), ProcessError);
  EXPECT_TRUE(done.ready());
}

// SIGTERM does not end it: it is killed a second later.
TEST_P(PoolTest, TerminateEndsWorkersThatIgnoreIt) {
  const Mailbox box;
  auto pool = context().Pool({.processes = 1}, share, box);
  const auto stubborn = pool.apply_async([] {
    ::signal(SIGTERM, SIG_IGN);
    return stay_at(1);
  });
  ASSERT_TRUE(box.wait(1));
  const double begin = skein::time::monotonic();
  pool.terminate();
  EXPECT_LT(skein::time::monotonic() - begin, 8);
  EXPECT_THROW(stubborn.get(), ProcessError);
}

TEST(PoolForkTest, AForkedChildHasNoWorkers) {
  SKEIN_FORKS();
  auto pool = multiprocessing::get_context("fork").Pool(1);
  EXPECT_EQ(pool.apply(square, 3), 9);
  auto it = pool.imap(square, std::views::iota(0));
  EXPECT_EQ(it.next(), 0);
  const auto outcome = skein::testing::run_forked([&] {
    skein::testing::skip_leak_check();
    if (error_of([&] { return pool.apply(square, 3); }).find("forked from") == std::string::npos) return 1;
    pool.close();
    pool.join();
    pool.terminate();
    return 0;
  });
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(pool.apply(square, 4), 16);
}

// ---- beyond Python ----

TEST_P(PoolTest, ACallThatTakesTooLongIsStopped) {
  const Mailbox box;
  auto pool = context().Pool({.processes = 1}, share, box);
  const int before = pool.apply(worker_pid);
  const auto late = pool.apply_async({.timeout = 0.2}, stay_at, 1);
  const auto never_begun = pool.apply_async({.timeout = 0.1}, stay_at, 2);
  const auto next = pool.apply_async(worker_pid);
  EXPECT_THROW(late.get(), skein::TimeoutError);
  EXPECT_THROW(never_begun.get(), skein::TimeoutError);
  EXPECT_EQ(box.get(1), static_cast<std::uint32_t>(before));
  EXPECT_EQ(box.get(2), 0U);
  EXPECT_NE(next.get(), before);  // The worker was replaced.
  EXPECT_EQ(pool.apply_async({.timeout = 60}, square, 3).get(), 9);
}

TEST_P(PoolTest, ALostCallMayBeRunAgain) {
  const Mailbox box;
  auto pool = context().Pool({.processes = 1, .on_worker_lost = OnWorkerLost::kRunAgain, .retries = 2}, share, box);
  const auto third_time = pool.apply_async([] {
    if (skein::testing::g_box->add(1) < 3) ::raise(SIGKILL);
    return 7;
  });
  EXPECT_EQ(third_time.get(), 7);
  EXPECT_EQ(box.get(1), 3U);
  const auto never = pool.apply_async([] { return ::raise(SIGKILL); });
  EXPECT_THROW(never.get(), multiprocessing::WorkerLost);
  const auto once = pool.apply_async({.on_worker_lost = OnWorkerLost::kFailCall}, [] {
    skein::testing::g_box->add(2);
    return ::raise(SIGKILL);
  });
  EXPECT_THROW(once.get(), multiprocessing::WorkerLost);
  EXPECT_EQ(box.get(2), 1U);
}

TEST_P(PoolTest, ALostWorkerMayBreakThePool) {
  const Mailbox box;
  auto pool = context().Pool({.processes = 2, .on_worker_lost = OnWorkerLost::kBreakPool}, share, box);
  const auto other = pool.apply_async(stay_at, 1);
  ASSERT_TRUE(box.wait(1));
  const auto killed = pool.apply_async([] { return ::raise(SIGKILL); });
  EXPECT_THAT(error_of([&] { return killed.get(); }), HasSubstr("was killed by SIGKILL"));
  EXPECT_THAT(error_of([&] { return other.get(); }), HasSubstr("was killed by SIGKILL"));
  EXPECT_THROW(pool.apply_async(square, 1), ProcessError);
}

// CPython starts workers for ever.
TEST_P(PoolTest, AnInitializerThatAlwaysFailsBreaksThePool) {
  auto pool = context().Pool({.processes = 2}, [] { throw skein::ValueError("not today"); });
  EXPECT_THAT(error_of([&] { return pool.apply(square, 1); }), HasSubstr("not today"));
}

TEST_P(PoolTest, SaysHowThingsStand) {
  const Mailbox box;
  auto pool = context().Pool({.processes = 2}, share, box);
  EXPECT_EQ(pool.stats().workers, 2U);
  EXPECT_EQ(pool.apply(square, 2), 4);
  ASSERT_TRUE(eventually([&] { return pool.stats().done == 1; }));  // It is counted when its result has been told.
  std::vector<multiprocessing::AsyncResult<int>> results;
  for (std::size_t i = 1; i <= 50; ++i) results.push_back(pool.apply_async(stay_at, i));
  ASSERT_TRUE(box.wait(1));
  const auto stats = pool.stats();
  EXPECT_EQ(stats.queued + stats.running, 50U);
  EXPECT_EQ(stats.done, 1U);
  box.set(0);
  for (const auto& result : results) result.wait();
  pool.close();
  pool.join();
  EXPECT_EQ(pool.stats().done, 51U);
  EXPECT_EQ(pool.stats().workers, 0U);
}

}  // namespace
