// multiprocessing::ThreadPool: calls, results, callbacks, map() and imap().
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "process_pool/mp_thread_pool_helpers.h"

namespace skein::testing {
namespace {

using multiprocessing::ThreadPool;
using ::testing::ElementsAre;

// Its n-th move throws.
struct Fragile {
  explicit Fragile(std::atomic<int>& moves_left) : left(&moves_left) {}
  Fragile(Fragile&& other)
      : left(other.left) {  // NOLINT(performance-noexcept-move-constructor,bugprone-exception-escape)
    if (left->fetch_sub(1) == 1) throw ValueError("fragile");
  }
  Fragile& operator=(Fragile&&) = delete;
  ~Fragile() = default;
  std::atomic<int>* left;
};

TEST(MpThreadPoolTest, AnArgumentThatCannotBeMovedFailsItsCallAlone) {
  ThreadPool pool(1);
  int refused = 0;
  int failed = 0;
  for (int n = 1;; ++n) {
    std::atomic<int> moves{n};
    try {
      const auto result = pool.apply_async([](Fragile /*argument*/) { return 1; }, Fragile(moves));
      result.wait(10);
      ASSERT_TRUE(result.ready()) << n;
      try {
        EXPECT_EQ(result.get(), 1);
        if (moves.load() > 0) break;  // All of them were possible.
      } catch (const ValueError&) {
        ++failed;
      }
    } catch (const ValueError&) {
      ++refused;
    }
    EXPECT_EQ(pool.apply(twice, 1), 2);
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(failed, 0);
}

TEST(MpThreadPoolTest, ACallIsMadeInAnotherThreadWithAnything) {
  ThreadPool pool(2);
  int local = 1;
  EXPECT_EQ(pool.apply(add, 1, 2), 3);
  EXPECT_EQ(pool.apply([&local](int x) { return local += x; }, 4), 5);
  pool.apply([](int& number) { number = 7; }, std::ref(local));
  EXPECT_EQ(local, 7);
  EXPECT_NE(pool.apply([] { return threading::get_ident(); }), threading::get_ident());
  auto moved = pool.apply_async([](std::unique_ptr<int> x) { return x; }, std::make_unique<int>(3));
  EXPECT_EQ(*moved.take(), 3);
  EXPECT_EQ(text_of<ValueError>([&] { return pool.apply(fail_at_two, 2); }), "two");
}

TEST(MpThreadPoolTest, AResultIsWaitedFor) {
  ThreadPool pool(1);
  Held held(pool);
  auto result = pool.apply_async(twice, 21);
  EXPECT_FALSE(result.ready());
  EXPECT_THROW(static_cast<void>(result.get(0.01)), multiprocessing::TimeoutError);
  EXPECT_THROW(static_cast<void>(result.successful()), ValueError);
  held.let_go();
  result.wait();
  EXPECT_TRUE(result.ready());
  EXPECT_TRUE(result.successful());
  EXPECT_EQ(result.get(), 42);
}

TEST(MpThreadPoolTest, CallbacksComeOneAtATimeBeforeTheResult) {
  ThreadPool pool(4);
  std::vector<int> seen;  // Without a lock.
  std::vector<multiprocessing::AsyncResult<int>> results;
  std::string text;
  for (int i = 0; i < 200; ++i) {
    results.push_back(pool.apply_async({.callback = [&seen](int value) { seen.push_back(value); }}, twice, i));
  }
  auto failed = pool.apply_async({.error_callback =
                                      [&text](const std::exception_ptr& error) {
                                        text = text_of<ValueError>([&]() -> int { std::rethrow_exception(error); });
                                      }},
                                 fail_at_two, 2);
  for (const auto& result : results) result.wait();
  failed.wait();
  EXPECT_EQ(seen.size(), 200U);
  std::uint64_t teller = 0;
  const auto worker = pool.apply_async({.callback = [&teller](std::uint64_t) { teller = threading::get_ident(); }},
                                       []() -> std::uint64_t { return threading::get_ident(); })
                          .get();
  EXPECT_NE(teller, 0U);
  EXPECT_NE(teller, worker);  // The workers go on meanwhile.
  EXPECT_EQ(text, "two");
  EXPECT_FALSE(failed.successful());
}

TEST(MpThreadPoolTest, MapGivesResultsInOrder) {
  ThreadPool pool(3);
  std::vector<int> numbers(50);
  std::iota(numbers.begin(), numbers.end(), 0);
  std::vector<int> doubled;
  for (const int x : numbers) doubled.push_back(2 * x);
  EXPECT_EQ(pool.map(twice, numbers), doubled);
  for (const int chunksize : {1, 7, 100}) EXPECT_EQ(pool.map({.chunksize = chunksize}, twice, numbers), doubled);
  EXPECT_TRUE(pool.map(twice, std::vector<int>{}).empty());
  EXPECT_EQ(pool.map([](int) {}, numbers).size(), 50U);
  EXPECT_EQ(text_of<ValueError>([&] { return pool.map(fail_at_two, numbers); }), "two");
  const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
  EXPECT_THAT(pool.starmap(add, pairs), ElementsAre(3, 7));
  EXPECT_THAT(pool.starmap({.chunksize = 2}, add, pairs), ElementsAre(3, 7));
  std::vector<int> told;
  auto result =
      pool.map_async({.chunksize = 3, .callback = [&](const std::vector<int>& all) { told = all; }}, twice, numbers);
  EXPECT_EQ(result.get(), doubled);
  EXPECT_EQ(told, doubled);
  EXPECT_THAT(pool.starmap_async(add, pairs).get(), ElementsAre(3, 7));
}

TEST(MpThreadPoolTest, ImapGivesThemOneByOne) {
  ThreadPool pool(3);
  std::vector<int> results;
  for (const int x : pool.imap(twice, std::views::iota(0, 100))) results.push_back(x);
  ASSERT_EQ(results.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)], 2 * i);
  std::set<int> some;
  for (const int x : pool.imap_unordered({.chunksize = 7}, twice, std::views::iota(0, 100))) some.insert(x);
  EXPECT_EQ(some.size(), 100U);
  auto at = pool.imap(fail_at_two, std::vector<int>{1, 2, 3});
  EXPECT_EQ(at.next(), 1);
  EXPECT_EQ(text_of<ValueError>([&] { return at.next(); }), "two");
  EXPECT_EQ(at.next(), 3);
  EXPECT_EQ(at.next(), std::nullopt);
}

TEST(MpThreadPoolTest, ImapReadsAnEndlessInputAsFarAsItsBuffer) {
  ThreadPool pool(2);
  std::atomic<int> read{0};
  auto endless = std::views::iota(0) | std::views::transform([&read](int x) {
                   read.fetch_add(1);
                   return x;
                 });
  {
    auto results = pool.imap({.buffersize = 3}, twice, endless);
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(results.next(10), 2 * i);
      EXPECT_LE(read.load(), i + 1 + 3 + 1);
    }
  }
  EXPECT_EQ(pool.apply(twice, 1), 2);
}

TEST(MpThreadPoolTest, TheInitializerRunsInEachWorker) {
  std::atomic<int> calls{0};
  threading::Barrier both(2);
  ThreadPool pool(2, [&calls](int by) { calls.fetch_add(by); }, std::tuple(10));
  auto first = pool.apply_async([&both] { both.wait(); });
  auto second = pool.apply_async([&both] { both.wait(); });
  first.wait();
  second.wait();
  EXPECT_EQ(calls.load(), 20);
  ThreadPool other({.processes = 1, .initializer = [&calls] { calls.store(1); }});
  EXPECT_EQ(other.apply(twice, 1), 2);
  EXPECT_EQ(calls.load(), 1);
  EXPECT_EQ(text_of<ValueError>([] {
              const ThreadPool none(0);
              return 0;
            }),
            "Number of processes must be at least 1");
}

TEST(MpThreadPoolTest, AnInputMayDropItsOwnIterator) {
  ThreadPool pool(1);
  using Line = decltype(pool.imap(twice, std::views::iota(0)));
  std::optional<Line> line;
  threading::Event made;
  threading::Event dropped;
  auto input = std::views::iota(0) | std::views::transform([&](int x) {
                 made.wait();
                 line.reset();
                 dropped.set();
                 return x;
               });
  auto results = pool.imap(twice, input);
  line.emplace(std::move(results));
  made.set();
  EXPECT_TRUE(dropped.wait(10));
  EXPECT_EQ(pool.apply(twice, 1), 2);
}

TEST(MpThreadPoolTest, AnInitializerThatThrowsFailsAllCalls) {
  threading::Event go;
  std::atomic<int> told{0};
  ThreadPool pool(1, [&go] {
    go.wait();
    throw ValueError("not today");
  });
  auto queued = pool.apply_async(twice, 1);
  auto mapped = pool.map_async(twice, std::vector<int>{1, 2, 3});
  go.set();
  EXPECT_THROW(static_cast<void>(queued.get(10)), futures::BrokenThreadPool);
  EXPECT_THROW(static_cast<void>(mapped.get(10)), futures::BrokenThreadPool);
  const auto tell = [&told](const std::exception_ptr&) { told.fetch_add(1); };
  EXPECT_THROW(static_cast<void>(pool.apply_async({.error_callback = tell}, twice, 1)), futures::BrokenThreadPool);
  EXPECT_THROW(static_cast<void>(pool.map(twice, std::vector<int>{1, 2, 3})), futures::BrokenThreadPool);
  auto line = pool.imap(twice, std::views::iota(0));
  EXPECT_THROW(static_cast<void>(line.next(10)), futures::BrokenThreadPool);
  EXPECT_EQ(line.next(10), std::nullopt);
  pool.close();
  pool.join();
  EXPECT_EQ(told.load(), 0);  // apply_async() itself has said so.
}

TEST(MpThreadPoolTest, WhatACallbackThrowsGoesToTheHook) {
  std::atomic<int> heard{0};
  threading::set_excepthook([&heard](const threading::ExceptHookArgs&) { heard.fetch_add(1); });
  {
    ThreadPool pool(1);
    auto result = pool.apply_async({.callback = [](int) { throw ValueError("no"); }}, twice, 1);
    EXPECT_EQ(result.get(10), 2);
    auto failed =
        pool.apply_async({.error_callback = [](const std::exception_ptr&) { throw ValueError("no"); }}, fail_at_two, 2);
    EXPECT_THROW(static_cast<void>(failed.get(10)), ValueError);
  }
  threading::set_excepthook(nullptr);
  EXPECT_EQ(heard.load(), 2);
}

TEST(MpThreadPoolTest, ACallMayUseItsOwnPool) {
  ThreadPool pool(2);
  EXPECT_EQ(pool.apply([&pool] { return pool.apply(twice, 4); }), 8);
}

}  // namespace
}  // namespace skein::testing
