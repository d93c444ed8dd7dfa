// What every queue does, of asyncio's: the cases of tests/queue/queue_contract.h, task_queue_contract.h and
// shutdown_contract.h, whose parties are tasks here.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/helpers.h"
#include "async/queue_flavours.h"
#include "queue/items.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

using asyncio::Coroutine;
using asyncio::QueueShutDown;
using asyncio::Task;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

template <class Flavour>
class AsyncQueueContract : public ::testing::Test {};
TYPED_TEST_SUITE(AsyncQueueContract, AsyncQueues, AsyncQueueNames);

template <class Q>
Coroutine<> puts(Q& q, int item) {
  co_await q.put(item);
}
template <class Q>
Coroutine<int> gets(Q& q) {
  co_return co_await q.get();
}

TYPED_TEST(AsyncQueueContract, GivesItemsInItsOrder) {
  asyncio::run([]() -> Coroutine<> {
    typename TypeParam::template Of<int> q;
    for (int round = 0; round < 2; ++round) {  // Twice, on the same queue.
      EXPECT_TRUE(q.empty());
      EXPECT_EQ(q.qsize(), 0);
      co_await q.put(111);
      EXPECT_FALSE(q.empty());
      EXPECT_EQ(q.qsize(), 1);
      co_await q.put(333);
      q.put_nowait(222);
      EXPECT_EQ(q.qsize(), 3);
      std::vector<int> got;
      got.push_back(co_await q.get());
      got.push_back(q.get_nowait());
      got.push_back(co_await q.get());
      EXPECT_EQ(got, TypeParam::in_order({111, 333, 222}));
      EXPECT_TRUE(q.empty());
    }
  });
}

TYPED_TEST(AsyncQueueContract, EmptyIsAnErrorOrNoValue) {
  typename TypeParam::template Of<int> q;
  EXPECT_EQ(text_of<asyncio::QueueEmpty>([&] { static_cast<void>(q.get_nowait()); }), "");
  EXPECT_EQ(q.try_get(), std::nullopt);
  q.put_nowait(5);
  EXPECT_EQ(q.try_get(), 5);
}

TYPED_TEST(AsyncQueueContract, ATimedGetWaitsItsTimeAndNoLess) {
  asyncio::run([]() -> Coroutine<> {
    typename TypeParam::template Of<int> q;
    const auto began = Clock::now();
    bool timed_out = false;
    try {
      static_cast<void>(co_await asyncio::wait_for(q.get(), 20ms));
    } catch (const TimeoutError&) {
      timed_out = true;
    }
    EXPECT_TRUE(timed_out);
    EXPECT_GE(Clock::now() - began, 20ms);
    q.put_nowait(1);
    const int got = co_await asyncio::wait_for(q.get(), 10);
    EXPECT_EQ(got, 1);
  });
}

TYPED_TEST(AsyncQueueContract, ABlockedGetGetsWhatIsPut) {
  asyncio::run([]() -> Coroutine<> {
    typename TypeParam::template Of<int> q;
    for (int i = 0; i < 5; ++i) {
      auto getter = asyncio::create_task(gets(q));
      co_await rounds(2);
      EXPECT_FALSE(getter.done());
      co_await q.put(i);
      const int got = co_await getter;
      EXPECT_EQ(got, i);
    }
  });
}

TYPED_TEST(AsyncQueueContract, ACancelEndsAGetAndAPut) {
  asyncio::run([]() -> Coroutine<> {
    typename TypeParam::template Of<int> q(1);
    auto getter = asyncio::create_task(gets(q));
    co_await rounds(2);
    getter.cancel();
    co_await rounds(2);
    EXPECT_TRUE(getter.cancelled());
    q.put_nowait(1);
    auto putter = asyncio::create_task(puts(q, 2));
    co_await rounds(2);
    putter.cancel();
    co_await rounds(2);
    EXPECT_TRUE(putter.cancelled());
    EXPECT_EQ(q.get_nowait(), 1);
    EXPECT_TRUE(q.empty());
  });
}

TYPED_TEST(AsyncQueueContract, TakesAnyMovableItem) {
  asyncio::run([]() -> Coroutine<> {
    typename TypeParam::template Of<MoveOnly> movable(2);
    co_await movable.put(MoveOnly(1));
    movable.put_nowait(MoveOnly(2));
    auto putter = asyncio::create_task(
        [](typename TypeParam::template Of<MoveOnly>& q) -> Coroutine<> { co_await q.put(MoveOnly(3)); },
        std::ref(movable));
    co_await rounds(2);
    int sum = 0;
    const MoveOnly first = co_await movable.get();
    sum += *first.value;
    co_await putter;
    sum += *movable.get_nowait().value;
    sum += *movable.try_get()->value;
    EXPECT_EQ(sum, 6);
    typename TypeParam::template Of<Aligned> aligned;
    for (int i = 0; i < 20; ++i) aligned.put_nowait(Aligned(i));
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(aligned.get_nowait().is_aligned());
    typename TypeParam::template Of<std::string> strings;
    const std::string long_one(1000, 'x');
    co_await strings.put(long_one);
    const std::string got = co_await strings.get();
    EXPECT_EQ(got, long_one);
    typename TypeParam::template Of<bool> flags;
    flags.put_nowait(true);
    EXPECT_TRUE(flags.get_nowait());
  });
}

TYPED_TEST(AsyncQueueContract, LosesItsHoldOnAnItemAtOnce) {
  typename TypeParam::template Of<std::shared_ptr<int>> q;
  for (int i = 0; i < 20; ++i) q.put_nowait(std::make_shared<int>(i));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(q.get_nowait().use_count(), 1);
}

TYPED_TEST(AsyncQueueContract, DestroysWhatIsLeft) {
  const std::int64_t before = Live<Quiet>::count;
  const std::int64_t fragile_before = Live<Fragile>::count;
  {
    typename TypeParam::template Of<Quiet> quiet;
    typename TypeParam::template Of<Fragile> fragile;
    for (int i = 0; i < 1000; ++i) quiet.put_nowait(Quiet(i));
    for (int i = 0; i < 1000; ++i) fragile.put_nowait(Fragile(i));
    for (int i = 0; i < 300; ++i) static_cast<void>(quiet.get_nowait());
    for (int i = 0; i < 300; ++i) static_cast<void>(fragile.get_nowait());
    EXPECT_EQ(Live<Quiet>::count, before + 700);
    EXPECT_EQ(Live<Fragile>::count, fragile_before + 700);
  }
  EXPECT_EQ(Live<Quiet>::count, before);
  EXPECT_EQ(Live<Fragile>::count, fragile_before);
}

TYPED_TEST(AsyncQueueContract, ManyPartiesLoseNothing) {
  for (const int maxsize : {0, 1, 3}) {
    asyncio::run(
        [](int bound) -> Coroutine<> {
          using Q = typename TypeParam::template Of<int>;
          Q q(bound);
          constexpr int kParties = 10;
          const int each = static_cast<int>(repeat(100));
          std::vector<int> got;
          std::vector<Task<void>> tasks;
          for (int p = 0; p < kParties; ++p) {
            tasks.push_back(asyncio::create_task(
                [](Q& queue, int from, int count) -> Coroutine<> {
                  for (int i = 0; i < count; ++i) co_await queue.put(from + i);
                },
                std::ref(q), p* each, each));
            tasks.push_back(asyncio::create_task(
                [](Q& queue, std::vector<int>& all, int count) -> Coroutine<> {
                  for (int i = 0; i < count; ++i) all.push_back(co_await queue.get());
                },
                std::ref(q), std::ref(got), each));
          }
          for (const auto& task : tasks) co_await task;
          std::sort(got.begin(), got.end());
          EXPECT_EQ(got.size(), static_cast<std::size_t>(kParties * each));
          for (int i = 0; i < kParties * each; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], i);
          EXPECT_TRUE(q.empty());
        },
        maxsize);
  }
}

// ---- a maxsize, and tasks ----

TYPED_TEST(AsyncQueueContract, IsMadeWithAMaxsize) {
  using Q = typename TypeParam::template Of<int>;
  EXPECT_EQ(Q().maxsize(), 0);
  EXPECT_EQ(Q(3).maxsize(), 3);
  EXPECT_EQ(Q({.maxsize = 4}).maxsize(), 4);
  EXPECT_EQ(Q(-2).maxsize(), -2);
}

TYPED_TEST(AsyncQueueContract, IsFullAtItsMaxsize) {
  typename TypeParam::template Of<int> q(5);
  for (int round = 0; round < 2; ++round) {  // Twice, on the same queue.
    for (int i = 0; i < 5; ++i) {
      EXPECT_FALSE(q.full());
      q.put_nowait(i);
    }
    EXPECT_TRUE(q.full());
    EXPECT_EQ(text_of<asyncio::QueueFull>([&] { q.put_nowait(30); }), "");
    EXPECT_EQ(q.qsize(), 5);
    for (int i = 0; i < 5; ++i) static_cast<void>(q.get_nowait());
    EXPECT_TRUE(q.empty());
  }
}

TYPED_TEST(AsyncQueueContract, ABlockedPutGoesOnAfterAGet) {
  asyncio::run([]() -> Coroutine<> {
    typename TypeParam::template Of<int> q(1);
    for (int i = 0; i < 5; ++i) {
      co_await q.put(1);
      auto putter = asyncio::create_task(puts(q, 2));
      co_await rounds(2);
      EXPECT_FALSE(putter.done());
      EXPECT_EQ(q.qsize(), 1);
      EXPECT_EQ(q.get_nowait(), 1);
      co_await putter;
      EXPECT_EQ(q.get_nowait(), 2);
    }
  });
}

TYPED_TEST(AsyncQueueContract, JoinEndsAtTheLastTaskDoneAndNotBefore) {
  asyncio::run([]() -> Coroutine<> {
    using Q = typename TypeParam::template Of<int>;
    Q q;
    co_await q.join();  // No tasks: returns at once.
    q.put_nowait(1);
    q.put_nowait(2);
    auto joiner = asyncio::create_task([](Q& queue) -> Coroutine<> { co_await queue.join(); }, std::ref(q));
    q.task_done();
    co_await rounds(3);
    EXPECT_FALSE(joiner.done());
    q.task_done();
    co_await rounds(3);
    EXPECT_TRUE(joiner.done());
    EXPECT_EQ(text_of<ValueError>([&] { q.task_done(); }), "task_done() called too many times");
  });
}

TYPED_TEST(AsyncQueueContract, ShutDownAtOnceItDropsWhatIsLeft) {
  asyncio::run([]() -> Coroutine<> {
    typename TypeParam::template Of<Quiet> q(3);
    const std::int64_t before = Live<Quiet>::count;
    for (int i = 0; i < 3; ++i) q.put_nowait(Quiet(i));
    static_cast<void>(q.get_nowait());
    q.shutdown(true);
    EXPECT_EQ(Live<Quiet>::count, before);
    EXPECT_TRUE(q.empty());
    EXPECT_FALSE(q.full());
    EXPECT_THROW(static_cast<void>(q.get_nowait()), QueueShutDown);
    EXPECT_THROW(q.put_nowait(Quiet(4)), QueueShutDown);
    q.task_done();  // What was got before is not dealt with.
    co_await q.join();
    EXPECT_THROW(q.task_done(), ValueError);
  });
}

TYPED_TEST(AsyncQueueContract, AShutdownWakesWhoWaitsToGetOrToPut) {
  for (const bool immediate : {false, true}) {
    asyncio::run(
        [](bool at_once) -> Coroutine<> {
          typename TypeParam::template Of<int> empty;
          typename TypeParam::template Of<int> full(1);
          full.put_nowait(1);
          int told = 0;
          std::vector<Task<int>> getters;
          std::vector<Task<void>> putters;
          for (int i = 0; i < 3; ++i) {
            getters.push_back(asyncio::create_task(gets(empty)));
            putters.push_back(asyncio::create_task(puts(full, 2)));
          }
          co_await rounds(2);
          empty.shutdown(at_once);
          full.shutdown(at_once);
          for (const auto& task : getters) {
            try {
              static_cast<void>(co_await task);
            } catch (const QueueShutDown&) {
              ++told;
            }
          }
          for (const auto& task : putters) {
            try {
              co_await task;
            } catch (const QueueShutDown&) {
              ++told;
            }
          }
          EXPECT_EQ(told, 6);
          EXPECT_EQ(full.qsize(), at_once ? 0 : 1);
        },
        immediate);
  }
}

}  // namespace
}  // namespace skein::testing
