// Primitives that go while somebody waits for them: who waits then waits for ever, or until it is cancelled.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <functional>
#include <optional>
#include <vector>

#include "async/helpers.h"
#include "async/primitives.h"

namespace skein::testing {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::Task;

template <class Kind>
class PrimitiveLifetime : public ::testing::Test {};
TYPED_TEST_SUITE(PrimitiveLifetime, AllPrimitives, PrimitiveNames);

template <class Kind>
Coroutine<> waits(Kind& kind, int& alive) {
  const Alive here(alive);
  co_await kind.wait();
  ADD_FAILURE() << "it got something";
}

template <class Kind>
Coroutine<std::vector<Task<void>>> begun(Kind& kind, int& alive) {
  co_await kind.close();
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(asyncio::create_task(waits(kind, alive)));
  co_await rounds(3);
  co_return tasks;
}

Coroutine<> expect_cancelled(std::vector<Task<void>> tasks) {
  for (const auto& task : tasks) {
    try {
      co_await task;
    } catch (const CancelledError&) {
    }
    EXPECT_TRUE(task.cancelled());
  }
}

TYPED_TEST(PrimitiveLifetime, WhoWaitsForOneThatIsGoneCanBeCancelled) {
  int alive = 0;
  asyncio::run(
      [](int& live) -> Coroutine<> {
        TypeParam kind;
        std::vector<Task<void>> tasks = co_await begun(kind, live);
        kind.thing.reset();
        co_await rounds(5);
        for (auto& task : tasks) {
          EXPECT_FALSE(task.done());
          task.cancel();
        }
        co_await expect_cancelled(tasks);
      },
      std::ref(alive));
  EXPECT_EQ(alive, 0);
}

TYPED_TEST(PrimitiveLifetime, ItGoesAfterTheCancellationAndBeforeTheyRun) {
  int alive = 0;
  asyncio::run(
      [](int& live) -> Coroutine<> {
        TypeParam kind;
        std::vector<Task<void>> tasks = co_await begun(kind, live);
        tasks[1].cancel();
        kind.thing.reset();
        tasks[0].cancel();
        tasks[2].cancel();
        co_await expect_cancelled(tasks);
      },
      std::ref(alive));
  EXPECT_EQ(alive, 0);
}

// run() cancels who is left, when the variables of its coroutine are gone.
TYPED_TEST(PrimitiveLifetime, ItEndsBeforeTheLoop) {
  int alive = 0;
  std::optional<TypeParam> kind(std::in_place);
  asyncio::run(
      [](std::optional<TypeParam>& it, int& live) -> Coroutine<> {
        static_cast<void>(co_await begun(*it, live));
        it->thing.reset();
      },
      std::ref(kind), std::ref(alive));
  EXPECT_EQ(alive, 0);
}

// The loop goes, and the frames of those who wait with it.
TYPED_TEST(PrimitiveLifetime, ItOutlivesTheLoop) {
  int alive = 0;
  TypeParam kind;
  {
    auto loop = asyncio::new_event_loop();
    loop.set_exception_handler([](const asyncio::EventLoop&, const asyncio::ExceptionContext&) {});
    loop.run_until_complete(
        [](TypeParam& it, int& live) -> Coroutine<> { static_cast<void>(co_await begun(it, live)); }(kind, alive));
    EXPECT_EQ(alive, 3);
    loop.close();
  }
  EXPECT_EQ(alive, 0);
}

// A waiter of a barrier leaves by what it shares with the others.
TEST(BarrierLifetime, WhoWaitsForOneThatIsGoneCanBeCancelled) {
  for (const bool cancelled_before : {false, true}) {
    asyncio::run(
        [](bool before) -> Coroutine<> {
          std::optional<asyncio::Barrier> barrier(std::in_place, 4);
          std::vector<Task<void>> tasks;
          for (int i = 0; i < 3; ++i) {
            tasks.push_back(asyncio::create_task([](asyncio::Barrier& it) -> Coroutine<> { co_await it.wait(); },
                                                 std::ref(*barrier)));
          }
          co_await rounds(3);
          EXPECT_EQ(barrier->n_waiting(), 3);
          if (before) tasks[1].cancel();
          barrier.reset();
          co_await rounds(3);
          for (auto& task : tasks) task.cancel();
          co_await expect_cancelled(tasks);
        },
        cancelled_before);
  }
}

// One with a lock that is another's: whoever is cancelled has that again.
TEST(ConditionLifetime, WhoWaitedForOneThatIsGoneHoldsTheLockAgain) {
  asyncio::run([]() -> Coroutine<> {
    asyncio::Lock lock;
    std::optional<asyncio::Condition> condition(std::in_place, lock);
    auto task = asyncio::create_task(
        [](asyncio::Lock& own, asyncio::Condition& it) -> Coroutine<> {
          const auto held = co_await own.scoped();
          try {
            co_await it.wait();
          } catch (const CancelledError&) {
            EXPECT_TRUE(own.locked());
            throw;
          }
        },
        std::ref(lock), std::ref(*condition));
    co_await rounds(3);
    EXPECT_FALSE(lock.locked());
    condition.reset();
    co_await lock.acquire();
    task.cancel();
    co_await rounds(3);
    EXPECT_FALSE(task.done());
    lock.release();
    const std::vector<Task<void>> tasks{task};
    co_await expect_cancelled(tasks);
    EXPECT_FALSE(lock.locked());
  });
}

}  // namespace
}  // namespace skein::testing
