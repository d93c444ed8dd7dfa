// queue.Queue alone: strictly first in, first out, for items and for who waits.
#include <gtest/gtest.h>
#include <skein/queue.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/signal_storm.h"

namespace skein::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

class QueueTest : public ::testing::Test {
 protected:
  QueueTest() { measure_spin_budget(); }
};

TEST_F(QueueTest, IsFirstInFirstOutOverManySegments) {
  queue::Queue<int> ints;
  queue::Queue<std::string> strings;
  queue::Queue<Fragile> boxed;
  int next_in = 0;
  int next_out = 0;
  std::uint32_t random = 1;
  for (int step = 0; step < 20'000; ++step) {
    random = random * 1664525 + 1013904223;
    // Backlogs grow and shrink.
    const bool put = next_in == next_out || (random >> 16) % 100 < (step / 2000 % 2 == 0 ? 80U : 20U);
    if (put) {
      ints.put(next_in);
      strings.put(std::to_string(next_in));
      boxed.put(Fragile(next_in));
      ++next_in;
    } else {
      ASSERT_EQ(ints.get(), next_out);
      ASSERT_EQ(strings.get(), std::to_string(next_out));
      ASSERT_EQ(boxed.get().value, next_out);
      ++next_out;
    }
  }
}

TEST_F(QueueTest, ServesGettersInTheOrderOfTheirComing) {
  queue::Queue<int> q;
  std::atomic<int> served{0};
  std::deque<Party> getters;
  std::vector<std::optional<int>> got(5);
  for (std::size_t i = 0; i < got.size(); ++i) {
    getters.emplace_back([&, i] {
      got[i] = q.get();
      ++served;
    });
    ASSERT_TRUE(getters.back().blocks());
  }
  for (int i = 0; i < 5; ++i) {
    q.put(i);
    while (served <= i) ::sched_yield();  // One at a time, so that it shows who was woken.
    ASSERT_EQ(got[static_cast<std::size_t>(i)], i);
  }
}

TEST_F(QueueTest, ServesPuttersInTheOrderOfTheirComing) {
  queue::Queue<int> q(1);
  q.put(-1);
  std::deque<Party> putters;
  for (int i = 0; i < 5; ++i) {
    putters.emplace_back([&, i] { q.put(i); });
    ASSERT_TRUE(putters.back().blocks());
  }
  for (int i = -1; i < 5; ++i) ASSERT_EQ(q.get(), i);
}

// The queue's form of a lost notification: a put() that chose a getter whose time was just running
// out.
TEST_F(QueueTest, AGetterWhoseTimeRunsOutLeavesTheItemToTheNext) {
  queue::Queue<int> q;
  std::atomic<std::int64_t> round{0};
  std::atomic<std::int64_t> timed_through{0};
  std::atomic<std::int64_t> patient_through{0};
  std::atomic<bool> timed_got{false};
  const std::int64_t rounds = repeat(3000);
  const auto begin_round = [&](std::int64_t next) {
    while (round.load() < next) ::sched_yield();
  };
  Party timed([&] {
    for (std::int64_t i = 1; i <= rounds; ++i) {
      begin_round(i);
      timed_got = q.try_get(std::stop_token(), std::chrono::microseconds(i % 100)).has_value();
      timed_through = i;
    }
  });
  Party patient([&] {
    for (std::int64_t i = 1; i <= rounds; ++i) {
      begin_round(i);
      ASSERT_TRUE(q.try_get(std::stop_token(), 20).has_value()) << "round " << i;
      patient_through = i;
    }
  });
  for (std::int64_t i = 1; i <= rounds; ++i) {
    round = i;
    for (std::int64_t pause = 0; pause < i % 7; ++pause) ::sched_yield();
    q.put(1);
    while (timed_through < i) ::sched_yield();
    if (timed_got) q.put(2);
    while (patient_through < i) ::sched_yield();
    ASSERT_TRUE(q.empty());
  }
}

// The same for a get() that chose a putter whose time was just running out.
TEST_F(QueueTest, APutterWhoseTimeRunsOutLeavesThePlaceToTheNext) {
  queue::Queue<int> q(1);
  q.put(0);
  std::atomic<std::int64_t> round{0};
  std::atomic<std::int64_t> timed_through{0};
  std::atomic<std::int64_t> patient_through{0};
  std::atomic<bool> timed_put{false};
  const std::int64_t rounds = repeat(3000);
  const auto begin_round = [&](std::int64_t next) {
    while (round.load() < next) ::sched_yield();
  };
  Party timed([&] {
    for (std::int64_t i = 1; i <= rounds; ++i) {
      begin_round(i);
      timed_put = q.try_put(1, std::stop_token(), std::chrono::microseconds(i % 100));
      timed_through = i;
    }
  });
  Party patient([&] {
    for (std::int64_t i = 1; i <= rounds; ++i) {
      begin_round(i);
      ASSERT_TRUE(q.try_put(2, std::stop_token(), 20)) << "round " << i;
      patient_through = i;
    }
  });
  for (std::int64_t i = 1; i <= rounds; ++i) {
    round = i;
    static_cast<void>(q.get());
    while (timed_through < i) ::sched_yield();
    if (timed_put) static_cast<void>(q.get());
    while (patient_through < i) ::sched_yield();
    ASSERT_TRUE(q.full());
  }
}

// PEP 475: the call goes on, with the same deadline.
TEST_F(QueueTest, SignalsNeitherEndNorProlongAWait) {
  queue::Queue<int> q(1);
  SignalStorm storm(this_tid());
  double began = now();
  EXPECT_THROW(static_cast<void>(q.get(true, 0.3)), queue::Empty);
  EXPECT_GE(now() - began, 0.3);
  EXPECT_LT(now() - began, 5);
  EXPECT_GT(SignalStorm::hits(), 10);

  const std::int64_t before = SignalStorm::hits();
  Party putter([&] {
    while (SignalStorm::hits() < before + 100) ::sched_yield();
    q.put(7);
  });
  EXPECT_EQ(q.get(), 7);
  EXPECT_GE(SignalStorm::hits(), before + 100);

  q.put(8);
  began = now();
  EXPECT_THROW(q.put(9, true, 0.1), queue::Full);
  EXPECT_GE(now() - began, 0.1);
  EXPECT_FALSE(q.join(std::stop_token(), 0.1));
  EXPECT_GE(now() - began, 0.2);
}

// In the middle of everything, a notified getter may find its item gone; then it waits on, with
// what is left of its time.
TEST_F(QueueTest, AGetterThatWasOvertakenWaitsOnUntilItsOwnDeadline) {
  queue::Queue<int> q;
  std::atomic<bool> over{false};
  Party noise([&] {
    while (!over) {
      q.put(1);
      static_cast<void>(q.try_get());
    }
  });
  const double began = now();
  int got = 0;
  for (int i = 0; i < 20; ++i) {
    if (q.try_get(std::stop_token(), 5ms).has_value()) ++got;
  }
  EXPECT_LT(now() - began, 10);
  over = true;
  noise.join();
  EXPECT_LE(q.qsize(), 1U);
  EXPECT_LE(got, 20);
}

}  // namespace
}  // namespace skein::testing
