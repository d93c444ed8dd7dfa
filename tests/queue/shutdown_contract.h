// What queues with a shutdown() do, and consume(), which ends by it: the rest of TaskQueueContract. See contract.h.
#ifndef SKEIN_TESTS_QUEUE_SHUTDOWN_CONTRACT_H_
#define SKEIN_TESTS_QUEUE_SHUTDOWN_CONTRACT_H_

#include <gtest/gtest.h>
#include <sched.h>
#include <skein/core/errors.h>
#include <skein/queue.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <vector>

#include "queue/items.h"
#include "queue/queue_contract.h"
#include "queue/task_queue_contract.h"
#include "testing/repeat.h"

namespace skein::testing {

// test_shutdown_empty, _nonempty, _immediate.
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
  if (!kNegativeOnlyLooks<TypeParam>) {
    EXPECT_THROW(q.get(true, -1), ValueError);
  }
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

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_SHUTDOWN_CONTRACT_H_
