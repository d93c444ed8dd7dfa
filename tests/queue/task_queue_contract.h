// What queues with a maxsize and tasks do besides: full ones, put() that blocks, task_done() and join(). See
// contract.h.
#ifndef SKEIN_TESTS_QUEUE_TASK_QUEUE_CONTRACT_H_
#define SKEIN_TESTS_QUEUE_TASK_QUEUE_CONTRACT_H_

#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/queue.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

#include "queue/items.h"
#include "queue/queue_contract.h"

namespace skein::testing {

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
  if (kNegativeOnlyLooks<TypeParam>) {
    q.put(1, true, -1);
    EXPECT_THROW(q.put(2, true, -1), queue::Full);
    EXPECT_FALSE(q.try_put(2, std::stop_token(), -1));
    return;
  }
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
  if (!kNegativeOnlyLooks<TypeParam>) {
    EXPECT_THROW(q.put(std::move(item), true, -1), ValueError);
    EXPECT_THROW(static_cast<void>(q.try_put(std::move(item), std::stop_token(), -1)), ValueError);
  }
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

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_TASK_QUEUE_CONTRACT_H_
