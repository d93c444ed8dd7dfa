#include <gtest/gtest.h>
#include <skein/threading.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::threading {
namespace {

using testing::now;
using testing::Parties;
using testing::Party;
using testing::repeat;

TEST(EventTest, StartsLoweredAndTakesSetAndClear) {
  Event event;
  EXPECT_FALSE(event.is_set());
  event.set();
  EXPECT_TRUE(event.is_set());
  event.set();
  EXPECT_TRUE(event.is_set());
  event.clear();
  EXPECT_FALSE(event.is_set());
  event.clear();
  EXPECT_FALSE(event.is_set());
}

TEST(EventTest, WaitOnARaisedOneReturnsAtOnce) {
  Event event;
  event.set();
  EXPECT_TRUE(event.wait());
  EXPECT_TRUE(event.wait(0));
  EXPECT_TRUE(event.wait(-1));
  EXPECT_TRUE(event.wait({.timeout = 0}));
}

TEST(EventTest, WaitOnALoweredOneTimesOut) {
  Event event;
  EXPECT_FALSE(event.wait(0));
  EXPECT_FALSE(event.wait(-5));
  const double start = now();
  EXPECT_FALSE(event.wait(0.05));
  EXPECT_FALSE(event.wait(std::chrono::milliseconds(10)));
  EXPECT_GE(now() - start, 0.06);
}

TEST(EventTest, SetWakesAllWhoSleep) {
  Event event;
  std::atomic<int> woken{0};
  std::vector<std::unique_ptr<Party>> parties;
  for (int i = 0; i < 4; ++i) {
    parties.push_back(std::make_unique<Party>([&] { woken.fetch_add(event.wait() ? 1 : 0); }));
  }
  for (auto& party : parties) EXPECT_TRUE(party->blocks());
  event.set();
  parties.clear();
  EXPECT_EQ(woken.load(), 4);
}

TEST(EventTest, WaitersAreReleasedEvenIfClearedAtOnce) {
  const std::int64_t rounds = repeat(300);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Event event;
    std::atomic<int> woken{0};
    {
      Party a([&] { woken.fetch_add(event.wait() ? 1 : 0); });
      Party b([&] { woken.fetch_add(event.wait(20) ? 1 : 0); });
      ASSERT_TRUE(a.blocks());
      ASSERT_TRUE(b.blocks());
      event.set();
      event.clear();
    }
    ASSERT_EQ(woken.load(), 2);
    ASSERT_FALSE(event.is_set());
  }
}

TEST(EventTest, WhatWasDoneBeforeSetIsVisibleAfterWait) {
  const std::int64_t rounds = repeat(2000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Event event;
    int data = 0;
    Party party([&] {
      event.wait();
      data += 1;
    });
    data = 41;
    event.set();
    party.join();
    ASSERT_EQ(data, 42);
  }
}

TEST(EventTest, ARequestedStopEndsAWait) {
  Event event;
  std::stop_source stop;
  bool result = true;
  Party party([&] { result = event.wait(stop.get_token()); });
  EXPECT_TRUE(party.blocks());
  stop.request_stop();
  party.join();
  EXPECT_FALSE(result);
  EXPECT_FALSE(event.wait(stop.get_token()));
  event.set();
  EXPECT_TRUE(event.wait(stop.get_token()));
}

TEST(EventTest, AStopThatRacesTheWaitIsNeverMissed) {
  const std::int64_t rounds = repeat(3000, 100'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Event event;
    std::stop_source stop;
    Parties both(2, [&](int which) {
      if (which == 0) {
        ASSERT_FALSE(event.wait(stop.get_token()));
      } else {
        for (std::int64_t spins = i % 300; spins > 0; --spins) internal::cpu_relax();
        stop.request_stop();
      }
    });
    both.join();
  }
}

TEST(EventTest, AStopWakesOnlyItsOwnWaiter) {
  Event event;
  std::stop_source stop;
  bool stopped = true;
  bool other = false;
  Party a([&] { stopped = event.wait(stop.get_token()); });
  Party b([&] { other = event.wait(); });
  EXPECT_TRUE(a.blocks());
  EXPECT_TRUE(b.blocks());
  stop.request_stop();
  a.join();
  EXPECT_FALSE(stopped);
  EXPECT_FALSE(b.done());
  event.set();
  b.join();
  EXPECT_TRUE(other);
}

TEST(EventTest, TimedWaitsAgainstSetNeitherHangNorLie) {
  const std::int64_t rounds = repeat(2000, 50'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Event event;
    Parties both(2, [&](int which) {
      if (which == 0) {
        const bool seen = event.wait(std::chrono::microseconds(i % 60));
        ASSERT_TRUE(!seen || event.is_set());
      } else {
        for (std::int64_t spins = i % 170; spins > 0; --spins) internal::cpu_relax();
        event.set();
      }
    });
    both.join();
    ASSERT_TRUE(event.wait(0));
  }
}

}  // namespace
}  // namespace skein::threading
