// What every kind of queue does, whoever shares it. The shape is that of CPython's
// Lib/test/test_queue.py; a test that stands there under another name says so.
//
// QueueContract is for all queues, TaskQueueContract for those with a maxsize, task_done(), join()
// and shutdown(). Instantiated per flavour (flavours.h) in contract_test.cc.
#ifndef SKEIN_TESTS_QUEUE_CONTRACT_H_
#define SKEIN_TESTS_QUEUE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/queue.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <vector>

#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/repeat.h"

namespace skein::testing {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Clock = std::chrono::steady_clock;
using ::testing::ElementsAre;

// A wait that should end at once has this long.
inline constexpr auto kSoon = 10s;

// ---- all queues
// --------------------------------------------------------------------------------------------------

template <class Flavour>
class QueueContract : public ::testing::Test {
 protected:
  using Ints = Made<Flavour, int>;
  using Party = typename Flavour::Party;

  QueueContract() { measure_spin_budget(); }
  static std::vector<int> in_order(std::vector<int> put) { return testing::in_order<Flavour>(std::move(put)); }
};
TYPED_TEST_SUITE_P(QueueContract);

// States: test_basic.
TYPED_TEST_P(QueueContract, GivesItemsInItsOrder) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  for (int round = 0; round < 2; ++round) {  // Twice, on the same queue.
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(q.qsize(), 0U);
    q.put(111);
    EXPECT_FALSE(q.empty());
    EXPECT_EQ(q.qsize(), 1U);
    q.put(333, true);
    q.put_nowait(222);
    EXPECT_EQ(q.qsize(), 3U);
    std::vector<int> got;
    got.push_back(q.get());
    EXPECT_EQ(q.qsize(), 2U);
    got.push_back(q.get_nowait());
    got.push_back(q.get(true, 10));
    EXPECT_EQ(got, this->in_order({111, 333, 222}));
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(q.qsize(), 0U);
  }
}

TYPED_TEST_P(QueueContract, TakesArgumentsByPositionAndByKeyword) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  const int lvalue = 1;
  int touchable = 2;
  q.put(lvalue);
  q.put(touchable);
  q.put(3, true);
  q.put(lvalue, false);
  q.put(5, true, 1.5);
  q.put(lvalue, true, None);
  q.put(7, {.block = false});
  q.put(lvalue, {.block = true, .timeout = 1s});
  q.put(9, {.timeout = 0});
  q.put_nowait(10);
  q.put_nowait(lvalue);
  EXPECT_EQ(q.qsize(), 11U);
  static_cast<void>(q.get());
  static_cast<void>(q.get(true));
  static_cast<void>(q.get(false));
  static_cast<void>(q.get(true, 0.5));
  static_cast<void>(q.get(true, None));
  static_cast<void>(q.get({.block = false}));
  static_cast<void>(q.get({.block = true, .timeout = 10}));
  static_cast<void>(q.get({.timeout = 10ms}));
  static_cast<void>(q.get_nowait());
  EXPECT_TRUE(q.try_get().has_value());
  EXPECT_TRUE(q.try_get(std::stop_token(), 0).has_value());
  EXPECT_TRUE(q.empty());
}

TYPED_TEST_P(QueueContract, EmptyIsAnErrorOrNoValue) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  EXPECT_THROW(q.get_nowait(), queue::Empty);
  EXPECT_THROW(q.get(false), queue::Empty);
  EXPECT_THROW(q.get({.block = false}), queue::Empty);
  EXPECT_EQ(q.try_get(), std::nullopt);
  try {
    q.get_nowait();
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "");  // Python: str(Empty()) == ''
  }
  // A timeout does not matter where nothing blocks, as in CPython; only NaN is no timeout at all.
  EXPECT_THROW(q.get(false, 5), queue::Empty);
  EXPECT_THROW(q.get(false, -5), queue::Empty);
}

// Timeouts: test_negative_timeout_raises_exception.
TYPED_TEST_P(QueueContract, NegativeTimeoutIsAnErrorWhetherThereIsAnItemOrNot) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  for (int round = 0; round < 2; ++round) {
    EXPECT_THROW(q.get(true, -1), ValueError);
    EXPECT_THROW(q.get({.timeout = -1ns}), ValueError);
    EXPECT_THROW(static_cast<void>(q.try_get(std::stop_token(), -1)), ValueError);
    EXPECT_EQ(q.qsize(), static_cast<std::size_t>(round));
    q.put(1);
  }
  try {
    q.get(true, -1);
    FAIL() << "no error";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "'timeout' must be a non-negative number");
  }
}

TYPED_TEST_P(QueueContract, ATimedGetWaitsItsTimeAndNoLess) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  const auto began = Clock::now();
  EXPECT_THROW(q.get(true, 0.05), queue::Empty);
  EXPECT_GE(Clock::now() - began, 50ms);
  EXPECT_EQ(q.try_get(std::stop_token(), 20ms), std::nullopt);
  EXPECT_GE(Clock::now() - began, 70ms);
  EXPECT_LT(Clock::now() - began, kSoon);
  // Zero only looks.
  EXPECT_THROW(q.get(true, 0), queue::Empty);
  q.put(7);
  EXPECT_EQ(q.get(true, 0), 7);
}

TYPED_TEST_P(QueueContract, ABlockedGetGetsWhatIsPut) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  const std::vector<std::function<std::optional<int>()>> ways = {
      [&] { return q.get(); },
      [&] { return q.get(true); },
      [&] { return q.get(true, None); },
      [&] { return q.get(true, 10); },
      [&] { return q.get(true, std::numeric_limits<double>::infinity()); },
      [&] { return q.get(true, std::chrono::hours::max()); },
      [&] { return q.get(true, std::chrono::nanoseconds::max()); },
      [&] { return q.get(true, std::chrono::nanoseconds::max() - 1ns); },
      [&] { return q.get(true, std::chrono::duration<double>(1e300)); },
      [&] { return q.get(true, 1e18); },
      [&] { return q.get({.timeout = 10}); },
      [&] { return q.try_get(std::stop_token()); },
      [&] { return q.try_get(std::stop_source().get_token(), 10); },
  };
  for (std::size_t way = 0; way < ways.size(); ++way) {
    std::optional<int> got;
    typename TestFixture::Party getter([&] { got = ways[way](); });
    ASSERT_TRUE(getter.blocks());
    q.put(static_cast<int>(way));
    getter.join();
    EXPECT_EQ(got, static_cast<int>(way));
  }
}

// Stop tokens.
TYPED_TEST_P(QueueContract, AStopEndsAGet) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  std::stop_source stop;
  std::optional<int> got = 5;
  typename TestFixture::Party getter([&] { got = q.try_get(stop.get_token()); });
  ASSERT_TRUE(getter.blocks());
  stop.request_stop();
  getter.join();
  EXPECT_EQ(got, std::nullopt);
  // Requested before: does not wait, but takes what is there.
  EXPECT_EQ(q.try_get(stop.get_token()), std::nullopt);
  q.put(3);
  EXPECT_EQ(q.try_get(stop.get_token()), 3);
}

TYPED_TEST_P(QueueContract, AStopLeavesTheOthersTheirItems) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  for (std::int64_t round = 0; round < repeat(200); ++round) {
    std::stop_source stop;
    std::optional<int> first;
    std::optional<int> second;
    typename TestFixture::Party one([&] { first = q.try_get(stop.get_token()); });
    typename TestFixture::Party other([&] { second = q.get(true, kSoon); });
    typename TestFixture::Party putter([&] { q.put(1); });
    stop.request_stop();
    putter.join();
    one.join();
    if (first.has_value()) q.put(2);
    other.join();
    ASSERT_TRUE(second.has_value());
    ASSERT_EQ(q.qsize(), 0U);
  }
}

TYPED_TEST_P(QueueContract, TakesAnyMovableItem) {
  Made<TypeParam, MoveOnly> movable;
  movable.q.put(MoveOnly(1));
  movable.q.put(MoveOnly(2), true, 1);
  movable.q.put(MoveOnly(3), {.block = false});
  movable.q.put_nowait(MoveOnly(4));
  int sum = 0;
  sum += *movable.q.get().value;
  sum += *movable.q.get(true).value;
  sum += *movable.q.try_get()->value;
  sum += *movable.q.try_get(std::stop_token())->value;
  EXPECT_EQ(sum, 10);

  Made<TypeParam, Aligned> aligned;
  for (int i = 0; i < 100; ++i) aligned.q.put(Aligned(i));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(aligned.q.get().is_aligned());

  Made<TypeParam, std::string> strings;
  const std::string long_one(1000, 'x');
  strings.q.put(long_one);
  strings.q.put(std::string(1000, 'y'));
  EXPECT_EQ(strings.q.get().size() + strings.q.get().size(), 2000U);
  EXPECT_EQ(long_one.size(), 1000U);

  Made<TypeParam, bool> flags;
  flags.q.put(true, false);
  EXPECT_TRUE(flags.q.get(false));
}

// test_references: the queue keeps nothing of an item that has left it.
TYPED_TEST_P(QueueContract, LosesItsHoldOnAnItemAtOnce) {
  Made<TypeParam, std::shared_ptr<int>> made;
  for (int i = 0; i < 20; ++i) made.q.put(std::make_shared<int>(i));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(made.q.get().use_count(), 1);
}

TYPED_TEST_P(QueueContract, DestroysWhatIsLeft) {
  const std::int64_t before = Live<Quiet>::count;
  const std::int64_t fragile_before = Live<Fragile>::count;
  {
    Made<TypeParam, Quiet> made;
    Made<TypeParam, Fragile> fragile;
    for (int i = 0; i < 1000; ++i) made.q.put(Quiet(i));
    for (int i = 0; i < 1000; ++i) fragile.q.put(Fragile(i));
    for (int i = 0; i < 300; ++i) static_cast<void>(made.q.get());
    for (int i = 0; i < 300; ++i) static_cast<void>(fragile.q.get());
    EXPECT_EQ(Live<Quiet>::count, before + 700);
    EXPECT_EQ(Live<Fragile>::count, fragile_before + 700);
  }
  EXPECT_EQ(Live<Quiet>::count, before);
  EXPECT_EQ(Live<Fragile>::count, fragile_before);
}

// test_order, test_many_threads, test_many_threads_nonblock, test_many_threads_timeout.
TYPED_TEST_P(QueueContract, ManyPartiesLoseNothing) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  constexpr int kParties = 10;
  const int each = static_cast<int>(repeat(1000));
  const std::vector<std::function<int()>> ways = {
      [&] { return q.get(); },
      [&] {
        for (;;) {
          try {
            return q.get(false);
          } catch (const queue::Empty&) {
            ::sched_yield();
          }
        }
      },
      [&] {
        for (;;) {
          try {
            return q.get(true, 1e-5);
          } catch (const queue::Empty&) {
          }
        }
      },
  };
  for (const auto& get : ways) {
    std::vector<std::vector<int>> got(kParties);
    std::deque<typename TestFixture::Party> parties;
    for (int p = 0; p < kParties; ++p) {
      parties.emplace_back([&, p] {
        for (int i = 0; i < each; ++i) q.put(p * each + i);
      });
      parties.emplace_back([&, p] {
        for (int i = 0; i < each; ++i) got[static_cast<std::size_t>(p)].push_back(get());
      });
    }
    for (auto& party : parties) party.join();
    std::vector<int> all;
    for (const auto& part : got) all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end());
    ASSERT_EQ(all.size(), static_cast<std::size_t>(kParties * each));
    for (int i = 0; i < kParties * each; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], i);
    EXPECT_TRUE(q.empty());
  }
}

REGISTER_TYPED_TEST_SUITE_P(QueueContract, GivesItemsInItsOrder, TakesArgumentsByPositionAndByKeyword,
                            EmptyIsAnErrorOrNoValue, NegativeTimeoutIsAnErrorWhetherThereIsAnItemOrNot,
                            ATimedGetWaitsItsTimeAndNoLess, ABlockedGetGetsWhatIsPut, AStopEndsAGet,
                            AStopLeavesTheOthersTheirItems, TakesAnyMovableItem, LosesItsHoldOnAnItemAtOnce,
                            DestroysWhatIsLeft, ManyPartiesLoseNothing);

// ---- queues with a maxsize, tasks and a shutdown
// -------------------------------------------------------------------

template <class Flavour>
class TaskQueueContract : public QueueContract<Flavour> {
 protected:
  static constexpr int kSize = 5;
  using Ints = typename Flavour::template Of<int>;
};
TYPED_TEST_SUITE_P(TaskQueueContract);

TYPED_TEST_P(TaskQueueContract, IsMadeWithAMaxsize) {
  EXPECT_EQ(typename TestFixture::Ints().maxsize(), 0);
  EXPECT_EQ(typename TestFixture::Ints(3).maxsize(), 3);
  EXPECT_EQ(typename TestFixture::Ints({.maxsize = 4}).maxsize(), 4);
  EXPECT_EQ(typename TestFixture::Ints(-2).maxsize(), -2);
}

// test_basic, its second half.
TYPED_TEST_P(TaskQueueContract, IsFullAtItsMaxsize) {
  typename TestFixture::Ints q(this->kSize);
  for (int round = 0; round < 2; ++round) {  // Twice, on the same queue.
    EXPECT_FALSE(q.full());
    for (int i = 0; i < this->kSize - 1; ++i) {
      q.put(i);
      EXPECT_FALSE(q.full());
    }
    q.put(10);
    EXPECT_TRUE(q.full());
    EXPECT_FALSE(q.empty());
    EXPECT_EQ(q.qsize(), 5U);
    EXPECT_THROW(q.put(30, false), queue::Full);
    EXPECT_THROW(q.put_nowait(30), queue::Full);
    EXPECT_THROW(q.put(30, {.block = false}), queue::Full);
    EXPECT_FALSE(q.try_put(30));
    const auto began = Clock::now();
    EXPECT_THROW(q.put(30, true, 0.01), queue::Full);
    EXPECT_GE(Clock::now() - began, 10ms);
    EXPECT_FALSE(q.try_put(30, std::stop_token(), 10ms));
    EXPECT_GE(Clock::now() - began, 20ms);
    EXPECT_THROW(q.put(30, true, 0), queue::Full);
    try {
      q.put_nowait(30);
      FAIL() << "no error";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "");
    }
    // A timeout does not matter where nothing blocks.
    EXPECT_THROW(q.put(30, false, -5), queue::Full);
    EXPECT_EQ(q.qsize(), 5U);
    for (int i = 0; i < this->kSize; ++i) static_cast<void>(q.get());
    EXPECT_TRUE(q.empty());
    EXPECT_THROW(q.get_nowait(), queue::Empty);
  }
}

TYPED_TEST_P(TaskQueueContract, ABlockedPutGoesOnAfterAGet) {
  typename TestFixture::Ints q(1);
  const int lvalue = 2;
  const std::vector<std::function<void()>> ways = {
      [&] { q.put(2); },
      [&] { q.put(lvalue); },
      [&] { q.put(2, true, 10); },
      [&] { q.put(lvalue, true, None); },
      [&] { q.put(2, {.timeout = std::numeric_limits<double>::infinity()}); },
      [&] { EXPECT_TRUE(q.try_put(2, std::stop_token())); },
      [&] { EXPECT_TRUE(q.try_put(lvalue, std::stop_source().get_token(), 10)); },
  };
  for (const auto& put : ways) {
    q.put(1);
    typename TestFixture::Party putter(put);
    ASSERT_TRUE(putter.blocks());
    EXPECT_EQ(q.qsize(), 1U);
    EXPECT_EQ(q.get(), 1);
    putter.join();
    EXPECT_EQ(q.get(), 2);
  }
}

TYPED_TEST_P(TaskQueueContract, NegativeTimeoutOfAPutIsAnErrorIfItCouldBlock) {
  typename TestFixture::Ints q(1);
  EXPECT_THROW(q.put(1, true, -1), ValueError);
  EXPECT_THROW(q.put(1, {.timeout = -1ns}), ValueError);
  EXPECT_THROW(static_cast<void>(q.try_put(1, std::stop_token(), -1)), ValueError);
  q.put(1);
  EXPECT_THROW(q.put(1, true, -1), ValueError);
  EXPECT_EQ(q.qsize(), 1U);
  // As in CPython, an unbounded queue does not look at it.
  typename TestFixture::Ints unbounded;
  unbounded.put(1, true, -1);
  EXPECT_TRUE(unbounded.try_put(1, std::stop_token(), -1));
  EXPECT_EQ(unbounded.qsize(), 2U);
}

TYPED_TEST_P(TaskQueueContract, MaxsizeOfZeroOrLessIsNoBound) {
  for (const std::int64_t maxsize : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    typename TestFixture::Ints q(maxsize);
    for (int i = 0; i < 10'000; ++i) {
      q.put(i, false);
      ASSERT_FALSE(q.full());
    }
    EXPECT_EQ(q.qsize(), 10'000U);
  }
}

TYPED_TEST_P(TaskQueueContract, AFailedPutLeavesTheArgumentUntouched) {
  typename TypeParam::template Of<MoveOnly> q(1);
  q.put(MoveOnly(0));
  MoveOnly item(7);
  EXPECT_FALSE(q.try_put(std::move(item)));
  ASSERT_NE(item.value, nullptr);
  EXPECT_FALSE(q.try_put(std::move(item), std::stop_token(), 1ms));
  ASSERT_NE(item.value, nullptr);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(q.try_put(std::move(item), stopped.get_token()));
  ASSERT_NE(item.value, nullptr);
  EXPECT_THROW(q.put_nowait(std::move(item)), queue::Full);
  EXPECT_THROW(q.put(std::move(item), true, 1ms), queue::Full);
  EXPECT_THROW(q.put(std::move(item), true, -1), ValueError);
  EXPECT_THROW(static_cast<void>(q.try_put(std::move(item), std::stop_token(), -1)), ValueError);
  ASSERT_NE(item.value, nullptr);
  q.shutdown();
  EXPECT_THROW(q.put(std::move(item)), queue::ShutDown);
  EXPECT_FALSE(q.try_put(std::move(item)));
  EXPECT_FALSE(q.try_put(std::move(item), std::stop_token()));
  ASSERT_NE(item.value, nullptr);
  EXPECT_EQ(*item.value, 7);
}

TYPED_TEST_P(TaskQueueContract, AStopEndsAPutOrAJoin) {
  typename TestFixture::Ints q(1);
  q.put(1);
  std::stop_source stop;
  bool put = true;
  bool joined = true;
  typename TestFixture::Party putter([&] { put = q.try_put(2, stop.get_token()); });
  typename TestFixture::Party joiner([&] { joined = q.join(stop.get_token()); });
  ASSERT_TRUE(putter.blocks());
  ASSERT_TRUE(joiner.blocks());
  stop.request_stop();
  putter.join();
  joiner.join();
  EXPECT_FALSE(put);
  EXPECT_FALSE(joined);
  EXPECT_EQ(q.qsize(), 1U);
  // Requested before: does not wait, but puts where there is a place.
  EXPECT_FALSE(q.try_put(2, stop.get_token()));
  EXPECT_FALSE(q.join(stop.get_token()));
  static_cast<void>(q.get());
  EXPECT_TRUE(q.try_put(2, stop.get_token()));
  q.task_done();
  EXPECT_FALSE(q.join(stop.get_token()));
  q.task_done();
  EXPECT_TRUE(q.join(stop.get_token()));
}

// test_queue_task_done
TYPED_TEST_P(TaskQueueContract, TaskDoneWithoutATaskIsAnError) {
  typename TestFixture::Ints q;
  EXPECT_THROW(q.task_done(), ValueError);
  q.put(1);
  q.task_done();  // As in CPython, also before the get().
  try {
    q.task_done();
    FAIL() << "no error";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "task_done() called too many times");
  }
  EXPECT_EQ(q.get(), 1);
}

// test_queue_join
TYPED_TEST_P(TaskQueueContract, JoinWaitsForEveryTask) {
  typename TestFixture::Ints q;
  for (int round = 0; round < 2; ++round) {  // Done twice for insurance.
    std::atomic<int> sum{0};
    std::deque<typename TestFixture::Party> workers;
    for (int i = 0; i < 2; ++i) {
      workers.emplace_back([&] {
        for (;;) {
          const int x = q.get();
          if (x >= 0) sum += x;
          q.task_done();
          if (x < 0) return;
        }
      });
    }
    for (int i = 0; i < 100; ++i) q.put(i);
    q.join();
    EXPECT_EQ(sum, 4950);
    for (int i = 0; i < 2; ++i) q.put(-1);  // Instruct them to end.
    q.join();                               // It can be joined twice.
    for (auto& worker : workers) worker.join();
  }
  EXPECT_THROW(q.task_done(), ValueError);
}

TYPED_TEST_P(TaskQueueContract, JoinEndsAtTheLastTaskDoneAndNotBefore) {
  typename TestFixture::Ints q;
  q.join();  // No tasks: returns at once.
  q.put(1);
  q.put(2);
  std::atomic<int> joined{0};
  typename TestFixture::Party one([&] {
    q.join();
    ++joined;
  });
  typename TestFixture::Party other([&] {
    EXPECT_TRUE(q.join(std::stop_token(), kSoon));
    ++joined;
  });
  ASSERT_TRUE(one.blocks());
  ASSERT_TRUE(other.blocks());
  static_cast<void>(q.get());
  static_cast<void>(q.get());
  q.task_done();
  EXPECT_FALSE(q.join(std::stop_token(), 0));
  EXPECT_FALSE(q.join(std::stop_token(), -1));
  EXPECT_FALSE(q.join(std::stop_token(), 10ms));
  EXPECT_EQ(joined, 0);
  q.task_done();
  one.join();
  other.join();
  EXPECT_EQ(joined, 2);
}

// Shutdown: test_shutdown_empty, _nonempty, _immediate.
TYPED_TEST_P(TaskQueueContract, ShutDownGentlyItGivesWhatIsLeft) {
  typename TestFixture::Ints q;
  q.put(1);
  q.shutdown();
  EXPECT_THROW(q.put(2), queue::ShutDown);
  EXPECT_THROW(q.put(2, false), queue::ShutDown);
  EXPECT_THROW(q.put(2, true, -1), queue::ShutDown);  // The order of CPython's checks.
  EXPECT_THROW(q.put_nowait(2), queue::ShutDown);
  EXPECT_FALSE(q.try_put(2));
  EXPECT_EQ(q.qsize(), 1U);
  EXPECT_THROW(q.get(true, -1), ValueError);
  EXPECT_EQ(q.get(), 1);
  EXPECT_THROW(q.get(), queue::ShutDown);
  EXPECT_THROW(q.get(false), queue::ShutDown);
  EXPECT_THROW(q.get(true, 10), queue::ShutDown);
  EXPECT_THROW(q.get(true, -1), queue::ShutDown);
  EXPECT_THROW(q.get_nowait(), queue::ShutDown);
  EXPECT_EQ(q.try_get(), std::nullopt);
  EXPECT_EQ(q.try_get(std::stop_token()), std::nullopt);
  q.task_done();
  q.join();
}

TYPED_TEST_P(TaskQueueContract, ShutDownAtOnceItDropsWhatIsLeft) {
  typename TypeParam::template Of<Quiet> q(3);
  const std::int64_t before = Live<Quiet>::count;
  q.put(Quiet(1));
  q.put(Quiet(2));
  q.put(Quiet(3));
  static_cast<void>(q.get());
  q.shutdown(true);
  EXPECT_EQ(Live<Quiet>::count, before);
  EXPECT_EQ(q.qsize(), 0U);
  EXPECT_TRUE(q.empty());
  EXPECT_FALSE(q.full());
  EXPECT_THROW(q.get(), queue::ShutDown);
  EXPECT_THROW(q.put(Quiet(4)), queue::ShutDown);
  // What was dropped counts as done; what was got before does not.
  EXPECT_FALSE(q.join(std::stop_token(), 0));
  q.task_done();
  q.join();
  EXPECT_THROW(q.task_done(), ValueError);
}

// test_shutdown_allowed_transitions
TYPED_TEST_P(TaskQueueContract, MayBeShutDownAgain) {
  typename TestFixture::Ints q;
  EXPECT_FALSE(q.is_shutdown());
  q.put(1);
  q.put(2);
  q.shutdown();
  EXPECT_TRUE(q.is_shutdown());
  q.shutdown(false);
  EXPECT_EQ(q.qsize(), 2U);
  q.shutdown({.immediate = true});
  EXPECT_TRUE(q.is_shutdown());
  EXPECT_EQ(q.qsize(), 0U);
  q.shutdown({.immediate = false});
  EXPECT_TRUE(q.is_shutdown());
  EXPECT_THROW(q.get(), queue::ShutDown);
}

// test_shutdown_get, test_shutdown_pending_get and the immediate ones.
TYPED_TEST_P(TaskQueueContract, AShutdownWakesWhoWaitsToGet) {
  for (const bool immediate : {false, true}) {
    typename TestFixture::Ints q;
    std::atomic<int> woken{0};
    std::deque<typename TestFixture::Party> getters;
    getters.emplace_back([&] {
      EXPECT_THROW(q.get(), queue::ShutDown);
      ++woken;
    });
    getters.emplace_back([&] {
      EXPECT_THROW(q.get(true, kSoon), queue::ShutDown);
      ++woken;
    });
    getters.emplace_back([&] {
      EXPECT_EQ(q.try_get(std::stop_token()), std::nullopt);
      ++woken;
    });
    getters.emplace_back([&] {
      for (int item : q.consume()) ADD_FAILURE() << item;
      ++woken;
    });
    for (auto& getter : getters) ASSERT_TRUE(getter.blocks());
    q.shutdown(immediate);
    for (auto& getter : getters) getter.join();
    EXPECT_EQ(woken, 4);
  }
}

// test_shutdown_put
TYPED_TEST_P(TaskQueueContract, AShutdownWakesWhoWaitsToPut) {
  for (const bool immediate : {false, true}) {
    typename TestFixture::Ints q(1);
    q.put(1);
    std::atomic<int> woken{0};
    std::deque<typename TestFixture::Party> putters;
    putters.emplace_back([&] {
      EXPECT_THROW(q.put(2), queue::ShutDown);
      ++woken;
    });
    putters.emplace_back([&] {
      EXPECT_THROW(q.put(2, true, kSoon), queue::ShutDown);
      ++woken;
    });
    putters.emplace_back([&] {
      EXPECT_FALSE(q.try_put(2, std::stop_token()));
      ++woken;
    });
    for (auto& putter : putters) ASSERT_TRUE(putter.blocks());
    q.shutdown(immediate);
    for (auto& putter : putters) putter.join();
    EXPECT_EQ(woken, 3);
    EXPECT_EQ(q.qsize(), immediate ? 0U : 1U);
  }
}

// test_shutdown_join, test_shutdown_immediate_join
TYPED_TEST_P(TaskQueueContract, AShutdownEndsAJoinOnlyWithTheLastTask) {
  // At once: nothing got, so dropping all ends the join.
  {
    typename TestFixture::Ints q;
    q.put(1);
    q.put(2);
    typename TestFixture::Party joiner([&] { q.join(); });
    ASSERT_TRUE(joiner.blocks());
    q.shutdown(true);
    joiner.join();
  }
  // At once, with one item got and not done: the join waits for it.
  {
    typename TestFixture::Ints q;
    q.put(1);
    q.put(2);
    static_cast<void>(q.get());
    std::atomic<bool> joined{false};
    typename TestFixture::Party joiner([&] {
      q.join();
      joined = true;
    });
    ASSERT_TRUE(joiner.blocks());
    q.shutdown(true);
    EXPECT_FALSE(q.join(std::stop_token(), 10ms));
    EXPECT_FALSE(joined);
    q.task_done();
    joiner.join();
  }
  // Gently: what is left is still to be done.
  {
    typename TestFixture::Ints q;
    q.put(1);
    std::atomic<bool> joined{false};
    typename TestFixture::Party joiner([&] {
      q.join();
      joined = true;
    });
    ASSERT_TRUE(joiner.blocks());
    q.shutdown();
    EXPECT_FALSE(q.join(std::stop_token(), 10ms));
    EXPECT_FALSE(joined);
    EXPECT_EQ(q.get(), 1);
    q.task_done();
    joiner.join();
  }
}

// test_shutdown_all_methods_in_many_threads
TYPED_TEST_P(TaskQueueContract, MayBeShutDownWhileManyPartiesUseIt) {
  for (const bool immediate : {false, true}) {
    for (std::int64_t round = 0; round < repeat(50); ++round) {
      typename TestFixture::Ints q(16);
      std::atomic<int> put{0};
      std::atomic<int> got{0};
      std::atomic<int> ended{0};
      std::deque<typename TestFixture::Party> parties;
      for (int i = 0; i < 4; ++i) {
        parties.emplace_back([&] {
          try {
            for (;;) {
              q.put(1);
              ++put;
            }
          } catch (const queue::ShutDown&) {
            ++ended;
          }
        });
        parties.emplace_back([&] {
          try {
            for (;;) {
              static_cast<void>(q.get());
              ++got;
              q.task_done();
            }
          } catch (const queue::ShutDown&) {
            ++ended;
          }
        });
      }
      while (got < 100) ::sched_yield();
      q.shutdown(immediate);
      q.join();
      for (auto& party : parties) party.join();
      EXPECT_EQ(ended, 8);
      EXPECT_TRUE(q.empty());
      if (immediate) {
        EXPECT_LE(got, put);
      } else {
        EXPECT_EQ(got, put);
      }
      EXPECT_THROW(q.task_done(), ValueError);
    }
  }
}

TYPED_TEST_P(TaskQueueContract, IsARangeUntilItIsShutDown) {
  typename TestFixture::Ints q;
  static_assert(std::ranges::input_range<decltype(q.consume())>);
  for (const int item : {3, 1, 2}) q.put(item);
  q.shutdown();
  std::vector<int> got;
  for (const int& item : q.consume()) {
    got.push_back(item);
    q.task_done();
  }
  EXPECT_EQ(got, this->in_order({3, 1, 2}));
  for (int item : q.consume()) ADD_FAILURE() << item;
  q.join();
}

TYPED_TEST_P(TaskQueueContract, SeveralMayConsumeAtOnce) {
  typename TypeParam::template Of<MoveOnly> q(4);
  std::atomic<int> sum{0};
  std::deque<typename TestFixture::Party> consumers;
  for (int i = 0; i < 4; ++i) {
    consumers.emplace_back([&] {
      for (MoveOnly& item : q.consume()) {
        sum += *item.value;
        item.value.reset();  // The item is the consumer's.
      }
    });
  }
  for (int i = 1; i <= 1000; ++i) q.put(MoveOnly(i));
  q.shutdown();
  for (auto& consumer : consumers) consumer.join();
  EXPECT_EQ(sum, 500'500);
}

// An item that a consumer has done with is gone before it waits for the next.
TYPED_TEST_P(TaskQueueContract, AConsumerHoldsNothingWhileItWaits) {
  typename TypeParam::template Of<std::shared_ptr<int>> q;
  const auto item = std::make_shared<int>(1);
  q.put(item);
  typename TestFixture::Party consumer([&] {
    for (auto& got : q.consume()) EXPECT_EQ(*got, 1);
  });
  ASSERT_TRUE(consumer.blocks());
  EXPECT_EQ(item.use_count(), 1);
  q.shutdown();
}

REGISTER_TYPED_TEST_SUITE_P(TaskQueueContract, IsMadeWithAMaxsize, IsFullAtItsMaxsize, ABlockedPutGoesOnAfterAGet,
                            NegativeTimeoutOfAPutIsAnErrorIfItCouldBlock, MaxsizeOfZeroOrLessIsNoBound,
                            AFailedPutLeavesTheArgumentUntouched, AStopEndsAPutOrAJoin, TaskDoneWithoutATaskIsAnError,
                            JoinWaitsForEveryTask, JoinEndsAtTheLastTaskDoneAndNotBefore,
                            ShutDownGentlyItGivesWhatIsLeft, ShutDownAtOnceItDropsWhatIsLeft, MayBeShutDownAgain,
                            AShutdownWakesWhoWaitsToGet, AShutdownWakesWhoWaitsToPut,
                            AShutdownEndsAJoinOnlyWithTheLastTask, MayBeShutDownWhileManyPartiesUseIt,
                            IsARangeUntilItIsShutDown, SeveralMayConsumeAtOnce, AConsumerHoldsNothingWhileItWaits);

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_CONTRACT_H_
