// futures::ProcessPoolExecutor: what Python has of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <skein/threading.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "process_pool/pools.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

using ::testing::ElementsAre;

struct Point {
  int x = 0;
  int y = 0;
  [[nodiscard]] int sum() const { return x + y; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(x, y);
  }
};
Point mirrored(const Point& point) { return {.x = point.y, .y = point.x}; }

const std::string& longer(const std::string& text, const std::vector<int>& numbers) {
  static std::string kept;
  kept = text + std::to_string(numbers.size());
  return kept;
}
int fail(const std::string& text) { throw ValueError(text); }
int fail_at(int x, int at) { return x == at ? throw ValueError("at " + std::to_string(x)) : x; }

// ---- submit ----

TEST_P(ProcessPoolTest, ResultsAreThereWhateverTheirType) {
  futures::ProcessPoolExecutor executor(of(2));
  EXPECT_EQ(executor.submit(twice, 21).result(), 42);
  EXPECT_EQ(executor.submit(longer, "abc", std::vector<int>{1, 2}).result(), "abc2");
  EXPECT_EQ(executor.submit(mirrored, Point{1, 2}).result().x, 2);
  EXPECT_EQ(executor.submit(&Point::sum, Point{1, 2}).result(), 3);
  EXPECT_EQ(executor.submit([](int x) { return x + 1; }, 1).result(), 2);
  futures::Future<void> nothing = executor.submit([] {});
  nothing.result();
  EXPECT_TRUE(nothing.done());
  EXPECT_EQ(*executor.submit([](std::unique_ptr<int> x) { return x; }, std::make_unique<int>(3)).take(), 3);
  EXPECT_EQ(executor.submit([](const std::string& text) { return text.size(); }, std::string(1 << 20, 'x')).result(),
            1U << 20);
}

TEST_P(ProcessPoolTest, CallsRunInOtherProcessesAsManyAsThereAreWorkers) {
  futures::ProcessPoolExecutor executor(of(2));
  auto first = executor.submit(block, 0);
  auto second = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0, 2));  // Both at once.
  box_.set(1);
  EXPECT_NE(first.result(), ::getpid());
  EXPECT_NE(first.result(), second.result());
  std::set<int> pids;
  std::vector<futures::Future<int>> many;
  for (int i = 0; i < 100; ++i) many.push_back(executor.submit(pid));
  for (const auto& one : many) pids.insert(one.result());
  EXPECT_LE(pids.size(), 2U);
}

TEST_P(ProcessPoolTest, OneWorkerRunsCallsInTheirOrder) {
  futures::ProcessPoolExecutor executor(of(1));
  std::vector<futures::Future<std::uint32_t>> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(executor.submit(count, 0));
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(calls[i].result(), i + 1);
}

TEST_P(ProcessPoolTest, AnExceptionTravelsAndThePoolGoesOn) {
  futures::ProcessPoolExecutor executor(of(1));
  auto call = executor.submit(fail, "on purpose");
  EXPECT_EQ(text_of<ValueError>([&] { return call.result(); }), "on purpose");
  EXPECT_NE(call.exception(), nullptr);
  EXPECT_EQ(executor.submit(twice, 1).result(), 2);
}

TEST_P(ProcessPoolTest, ExceptionsOfFuturesTravelAsThemselves) {
  futures::ProcessPoolExecutor executor(of(1));
  const auto cancelled = executor.submit([]() -> int { throw futures::CancelledError(); });
  EXPECT_THROW(static_cast<void>(cancelled.result()), futures::CancelledError);
  EXPECT_FALSE(cancelled.cancelled());
  const auto invalid = executor.submit([]() -> int { throw futures::InvalidStateError("x"); });
  EXPECT_EQ(text_of<futures::InvalidStateError>([&] { return invalid.result(); }), "x");
  const auto broken = executor.submit([]() -> int { throw futures::BrokenProcessPool("y", "z"); });
  EXPECT_EQ(text_of<futures::BrokenProcessPool>([&] { return broken.result(); }), "y");
}

TEST_P(ProcessPoolTest, StatesAreThoseOfAnyFuture) {
  futures::ProcessPoolExecutor executor(of(1));
  auto running = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  EXPECT_TRUE(running.running());
  EXPECT_FALSE(running.done());
  EXPECT_FALSE(running.cancel());
  std::vector<futures::Future<int>> queued;
  for (int i = 0; i < 64; ++i) queued.push_back(executor.submit(twice, i));
  auto last = queued.back();
  EXPECT_FALSE(last.running());
  EXPECT_TRUE(last.cancel());
  EXPECT_TRUE(last.cancelled());
  box_.set(1);
  EXPECT_GT(running.result(), 0);
  EXPECT_THROW(static_cast<void>(last.result()), futures::CancelledError);
  EXPECT_EQ(futures::wait(queued, {.timeout = 10}).done.size(), 64U);
}

TEST_P(ProcessPoolTest, CallbacksAreCalledWhenTheCallIsThrough) {
  futures::ProcessPoolExecutor executor(of(1));
  auto call = executor.submit(block, 0);
  threading::Event told;
  int result = 0;
  call.add_done_callback([&](const futures::Future<int>& done) {
    result = done.result();
    told.set();
  });
  box_.set(1);
  EXPECT_TRUE(told.wait(10));
  EXPECT_EQ(result, call.result());
}

TEST_P(ProcessPoolTest, ThroughTheInterfaceItIsATypeErrorThatSaysWhy) {
  futures::ProcessPoolExecutor executor(of(1));
  futures::Executor& any = executor;
  const std::string text = text_of<TypeError>([&] { return any.submit(twice, 1); });
  EXPECT_THAT(text, ::testing::HasSubstr("call submit() or map() of the ProcessPoolExecutor itself"));
  EXPECT_THROW(static_cast<void>(any.map(twice, std::vector<int>{1})), TypeError);
  EXPECT_EQ(executor.submit(twice, 1).result(), 2);
}

// ---- map ----

TEST_P(ProcessPoolTest, MapGivesResultsInOrderForEachChunksize) {
  futures::ProcessPoolExecutor executor(of(2));
  std::vector<int> numbers(50);
  for (int i = 0; i < 50; ++i) numbers[static_cast<std::size_t>(i)] = i;
  for (const std::int64_t chunksize : {1, 2, 7, 50, 1000}) {
    int at = 0;
    for (const int result : executor.map({.chunksize = chunksize}, twice, numbers)) EXPECT_EQ(result, 2 * at++);
    EXPECT_EQ(at, 50);
  }
  std::vector<std::string> texts;
  for (auto& text : executor.map(
           {.chunksize = 2}, [](const std::string& s, double x) { return s + (x > 1 ? "+" : "-"); },
           std::vector<std::string>{"a", "b", "c"}, std::vector<double>{0.5, 1.5, 2.5})) {
    texts.push_back(text);
  }
  EXPECT_THAT(texts, ElementsAre("a-", "b+", "c+"));
  std::vector<bool> flags;
  for (const bool flag : executor.map(
           {.chunksize = 2}, [](int a, char b) { return a == b; }, std::vector<int>{1, 'x', 3},
           std::vector<char>{'\1', 'x', 'y'})) {
    flags.push_back(flag);
  }
  EXPECT_THAT(flags, ElementsAre(true, true, false));
  std::vector<int> sums;
  for (const int sum : executor.map(add, std::vector<int>{1, 2, 3}, std::vector<int>{10, 20})) sums.push_back(sum);
  EXPECT_THAT(sums, ElementsAre(11, 22));
  int none = 0;
  for (const int result : executor.map(twice, std::vector<int>{})) none += 1 + result;
  EXPECT_EQ(none, 0);
}

TEST_P(ProcessPoolTest, MapTakesWhatReturnsNothing) {
  futures::ProcessPoolExecutor executor(of(2));
  int through = 0;
  for ([[maybe_unused]] const auto& nothing :
       executor.map({.chunksize = 2}, [](int place) { static_cast<void>(count(place)); }, std::vector<int>{5, 5, 5})) {
    ++through;
  }
  EXPECT_EQ(through, 3);
  EXPECT_EQ(box_.get(5), 3U);
}

TEST_P(ProcessPoolTest, AChunkInWhichOneCallThrowsFailsAsAWhole) {
  futures::ProcessPoolExecutor executor(of(1));
  const std::vector<int> numbers{0, 1, 2, 3, 4, 5};
  const std::vector<int> at(6, 3);
  std::vector<int> results;
  auto mapped = executor.map({.chunksize = 2}, fail_at, numbers, at);
  EXPECT_EQ(text_of<ValueError>([&] {
              for (const int result : mapped) results.push_back(result);
              return 0;
            }),
            "at 3");
  EXPECT_THAT(results, ElementsAre(0, 1));
}

TEST_P(ProcessPoolTest, MapHasATimeout) {
  futures::ProcessPoolExecutor executor(of(1));
  auto mapped = executor.map({.timeout = 0.05}, block, std::vector<int>{0});
  EXPECT_THROW(static_cast<void>(mapped.begin()), TimeoutError);
  box_.set(1);
}

TEST_P(ProcessPoolTest, MapSubmitsNoMoreThanItsBuffer) {
  futures::ProcessPoolExecutor executor(of(1));
  std::vector<int> places(20, 0);
  auto mapped = executor.map({.buffersize = 3}, count, places);
  auto at = mapped.begin();
  for (std::uint32_t i = 1; at != mapped.end(); ++at, ++i) {
    EXPECT_EQ(*at, i);
    EXPECT_LE(box_.get(0), i + 3);
  }
  EXPECT_EQ(box_.get(0), 20U);
}

TEST_P(ProcessPoolTest, MapRefusesChunksOfNothing) {
  futures::ProcessPoolExecutor executor(of(1));
  const std::vector<int> one{1};
  EXPECT_EQ(text_of<ValueError>([&] { return executor.map({.chunksize = 0}, twice, one); }), "chunksize must be >= 1.");
  EXPECT_EQ(text_of<ValueError>([&] { return executor.map({.buffersize = 0}, twice, one); }),
            "buffersize must be None or > 0");
}

// ---- making ----

void set_up(int place, const Mailbox& given) {
  take_box(given);
  static_cast<void>(given.add(static_cast<std::size_t>(place)));
}

TEST_P(ProcessPoolTest, TheInitializerRunsFirstInEachWorker) {
  futures::ProcessPoolExecutor executor({.max_workers = 2, .mp_context = context()}, set_up, 7, box_);
  auto first = executor.submit(block, 0);
  auto second = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0, 2));
  box_.set(1);
  EXPECT_NE(first.result(), second.result());
  EXPECT_EQ(box_.get(7), 2U);
}

TEST_P(ProcessPoolTest, ArgumentsMayBeGivenByPosition) {
  futures::ProcessPoolExecutor executor(1, context(), set_up, std::tuple(7, box_));
  EXPECT_EQ(executor.submit(count, 7).result(), 2U);
  futures::ProcessPoolExecutor other(1, context());
  EXPECT_EQ(other.submit(twice, 1).result(), 2);
}

TEST_P(ProcessPoolTest, AnInitializerThatThrowsBreaksThePool) {
  futures::ProcessPoolExecutor executor({.max_workers = 1, .mp_context = context()}, [] { throw ValueError("no"); });
  auto call = executor.submit(twice, 1);
  EXPECT_EQ(text_of<futures::BrokenProcessPool>([&] { return call.result(); }), kBroken);
  EXPECT_EQ(text_of<futures::BrokenProcessPool>([&] { return executor.submit(twice, 1); }), kRefuses);
}

TEST_P(ProcessPoolTest, WorkersAreReplacedAfterTheirShareOfCalls) {
  if (GetParam() == "fork") {
    EXPECT_EQ(text_of<ValueError>([&] {
                futures::ProcessPoolExecutor({.mp_context = context(), .max_tasks_per_child = 1});
                return 0;
              }),
              "max_tasks_per_child is incompatible with the 'fork' multiprocessing start method; supply a different "
              "mp_context.");
    return;
  }
  futures::ProcessPoolExecutor executor({.max_workers = 1, .mp_context = context(), .max_tasks_per_child = 2});
  std::vector<int> pids;
  for (int i = 0; i < 6; ++i) pids.push_back(executor.submit(pid).result());
  EXPECT_EQ(pids[0], pids[1]);
  EXPECT_NE(pids[1], pids[2]);
  EXPECT_EQ(pids[2], pids[3]);
  EXPECT_NE(pids[3], pids[4]);
  EXPECT_EQ(pids[4], pids[5]);
}

TEST(ProcessPoolMakingTest, RefusesWhatPythonRefuses) {
  const auto error_of = [](futures::ProcessPoolExecutorOptions options) {
    return text_of<ValueError>([&] {
      const futures::ProcessPoolExecutor executor(std::move(options));
      return 0;
    });
  };
  EXPECT_EQ(error_of({.max_workers = 0}), "max_workers must be greater than 0");
  EXPECT_EQ(error_of({.max_workers = -1}), "max_workers must be greater than 0");
  EXPECT_EQ(error_of({.max_workers = 1, .max_tasks_per_child = 0}), "max_tasks_per_child must be >= 1");
  EXPECT_EQ(error_of({.max_workers = 1, .max_tasks_per_child = -1}), "max_tasks_per_child must be >= 1");
}

TEST(ProcessPoolMakingTest, WithAShareOfCallsSpawnIsTheDefault) {
  SKEIN_FORKS();
  futures::ProcessPoolExecutor executor({.max_workers = 1, .max_tasks_per_child = 1});
  EXPECT_NE(executor.submit(pid).result(), executor.submit(pid).result());
  EXPECT_THAT(executor.submit([] { return multiprocessing::current_process().name(); }).result(),
              ::testing::HasSubstr("SpawnProcess"));
}

// ---- shutting down ----

TEST_P(ProcessPoolTest, AfterShutdownNothingIsTaken) {
  futures::ProcessPoolExecutor executor(of(1));
  auto call = executor.submit(twice, 1);
  executor.shutdown();
  EXPECT_TRUE(call.done());
  EXPECT_EQ(text_of<RuntimeError>([&] { return executor.submit(twice, 1); }),
            "cannot schedule new futures after shutdown");
  executor.shutdown();
}

TEST_P(ProcessPoolTest, ShutdownMayLeaveThePoolToItsWork) {
  futures::ProcessPoolExecutor executor(of(1));
  auto running = executor.submit(block, 0);
  auto queued = executor.submit(twice, 1);
  executor.shutdown(false);
  EXPECT_FALSE(running.done());
  box_.set(1);
  EXPECT_EQ(queued.result(), 2);
}

TEST_P(ProcessPoolTest, ShutdownMayCancelWhatHasNotBegun) {
  futures::ProcessPoolExecutor executor(of(1));
  auto running = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  std::vector<futures::Future<int>> queued;
  for (int i = 0; i < 64; ++i) queued.push_back(executor.submit(twice, i));
  executor.shutdown({.wait = false, .cancel_futures = true});
  EXPECT_EQ(futures::wait(std::vector{queued.back()}, {.timeout = 10}).done.size(), 1U);
  EXPECT_TRUE(queued.back().cancelled());
  box_.set(1);
  executor.shutdown();
  for (const auto& one : queued) EXPECT_TRUE(one.done());
  EXPECT_TRUE(running.exception() == nullptr);
}

TEST_P(ProcessPoolTest, TheDestructorWaits) {
  std::optional<futures::Future<int>> call;
  {
    futures::ProcessPoolExecutor executor(of(2));
    call = executor.submit(block, 0);
    ASSERT_TRUE(box_.wait(0));
    box_.set(1);
  }
  EXPECT_TRUE(call->done());
}

TEST_P(ProcessPoolTest, WhoCannotWaitIsToldSo) {
  futures::ProcessPoolExecutor executor(of(1));
  auto call = executor.submit(block, 0);
  threading::Event told;
  std::string text;
  call.add_done_callback([&](const futures::AnyFuture&) {
    text = text_of<RuntimeError>([&] {
      executor.shutdown();
      return 0;
    });
    told.set();
  });
  box_.set(1);
  ASSERT_TRUE(told.wait(10));
  EXPECT_EQ(text, "cannot join current thread");
}

TEST_P(ProcessPoolTest, MayGoInACallbackOfItsOwn) {
  auto executor = std::make_unique<futures::ProcessPoolExecutor>(of(1));
  auto call = executor->submit(block, 0);
  auto after = executor->submit(block, 2);
  threading::Event gone;
  call.add_done_callback([&, held = std::move(executor)](const futures::AnyFuture&) mutable {
    held.reset();
    gone.set();
  });
  box_.set(1);
  ASSERT_TRUE(gone.wait(10));
  box_.set(3);
  EXPECT_GT(after.result(10), 0);
  // Whoever makes the next pool takes what is left of it. Its workers end by themselves.
  while (!multiprocessing::active_children().empty()) {
    for (auto& child : multiprocessing::active_children()) child.join(10);
  }
  futures::ProcessPoolExecutor next(of(1));
  EXPECT_EQ(next.submit(twice, 2).result(), 4);
}

TEST_P(ProcessPoolTest, WorkersMayBeTerminatedOrKilled) {
  for (const bool kill : {false, true}) {
    futures::ProcessPoolExecutor executor(of(1));
    const int place = kill ? 2 : 0;
    auto running = executor.submit(block, place);
    ASSERT_TRUE(box_.wait(static_cast<std::size_t>(place)));
    std::vector<futures::Future<int>> queued;
    for (int i = 0; i < 64; ++i) queued.push_back(executor.submit(twice, i));
    kill ? executor.kill_workers() : executor.terminate_workers();
    EXPECT_EQ(text_of<futures::BrokenProcessPool>([&] { return running.result(10); }), kBroken);
    EXPECT_THROW(static_cast<void>(queued.back().result(10)), futures::CancelledError);
    EXPECT_THROW(static_cast<void>(executor.submit(twice, 1)), RuntimeError);
    kill ? executor.kill_workers() : executor.terminate_workers();
    executor.shutdown();
  }
}

TEST_P(ProcessPoolTest, WorkersOfAPoolThatWasNeverUsedMayBeTerminated) {
  futures::ProcessPoolExecutor executor(of(1));
  executor.terminate_workers();
  executor.kill_workers();
  EXPECT_THROW(static_cast<void>(executor.submit(twice, 1)), RuntimeError);
}

SKEIN_TEST_ALL_METHODS(ProcessPoolTest);

// ---- exit and fork ----

SKEIN_SCENARIO(process_pool_exit) {
  static futures::ProcessPoolExecutor executor(2);
  static auto last = executor.submit(twice, 21);
  last.add_done_callback([](const futures::Future<int>& done) { std::printf("%d\n", done.result()); });
  return 0;
}

TEST(ProcessPoolExitTest, APoolThatLivesAtExitFinishesItsWork) {
  SKEIN_FORKS();
  const Outcome outcome = run_scenario("process_pool_exit");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "42\n");
}

TEST(ProcessPoolForkTest, AForkedChildHasNoWorkers) {
  SKEIN_FORKS();
  futures::ProcessPoolExecutor executor(1, multiprocessing::get_context("fork"));
  EXPECT_EQ(executor.submit(twice, 1).result(), 2);
  const Outcome outcome = run_forked([&] {
    const bool refused = text_of<RuntimeError>([&] { return executor.submit(twice, 1); }) != "nothing thrown";
    executor.shutdown();
    return refused ? 0 : 1;
  });
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(executor.submit(twice, 1).result(), 2);
}

}  // namespace
}  // namespace skein::testing
