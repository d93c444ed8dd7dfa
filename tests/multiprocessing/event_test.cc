#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/event.h>

#include <cmath>
#include <optional>
#include <stop_token>
#include <vector>

#include "multiprocessing/archive.h"
#include "multiprocessing/processes.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using multiprocessing::Event;
using testing::Child;
using testing::Common;
using testing::Counter;
using testing::now;
using testing::Party;
using testing::raised;
using testing::repeat;

TEST(EventTest, States) {
  const Event event;
  const Event same = event;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(event, same);
  EXPECT_NE(event, Event());
  EXPECT_FALSE(event.is_set());
  EXPECT_FALSE(event.wait(0));
  EXPECT_FALSE(event.wait(-1));
  const double start = now();
  EXPECT_FALSE(event.wait(0.03));
  EXPECT_FALSE(event.wait({.timeout = 0.01}));
  EXPECT_GE(now() - start, 0.04);
  event.set();
  event.set();
  EXPECT_TRUE(same.is_set());
  EXPECT_TRUE(event.wait());
  EXPECT_TRUE(event.wait(0));
  event.clear();
  event.clear();
  EXPECT_FALSE(same.is_set());
  EXPECT_FALSE(event.wait(0));
  EXPECT_THROW(static_cast<void>(event.wait(std::nan(""))), ValueError);
}

TEST(EventTest, FreesWhoWaitsInOtherProcessesAndThreads) {
  SKEIN_FORKS();
  const Event event;
  std::vector<Child> children;
  for (int i = 0; i < 3; ++i) children.emplace_back([&] { return event.wait() ? 0 : 1; });
  for (const Child& child : children) EXPECT_TRUE(child.sleeps());
  Party thread([&] { EXPECT_TRUE(event.wait()); });
  EXPECT_TRUE(thread.blocks());
  event.set();
  for (Child& child : children) EXPECT_EQ(child.wait(5), 0);
}

TEST(EventTest, SetFreesAllEvenIfClearComesNext) {
  SKEIN_FORKS();
  const Event event;
  for (std::int64_t i = 0; i < repeat(20, 500); ++i) {
    std::vector<Child> children;
    for (int k = 0; k < 3; ++k) children.emplace_back([&] { return event.wait(10) ? 0 : 1; });
    for (const Child& child : children) ASSERT_TRUE(child.sleeps());
    event.set();
    event.clear();
    for (Child& child : children) ASSERT_EQ(child.wait(5), 0);
    ASSERT_FALSE(event.is_set());
  }
}

TEST(EventTest, PingPongBetweenProcesses) {
  SKEIN_FORKS();
  const Event ping;
  const Event pong;
  const std::int64_t rounds = repeat(2000);
  Child child([&] {
    for (std::int64_t i = 0; i < rounds; ++i) {
      ping.wait();
      ping.clear();
      pong.set();
    }
  });
  for (std::int64_t i = 0; i < rounds; ++i) {
    ping.set();
    ASSERT_TRUE(pong.wait(10)) << "lost in round " << i;
    pong.clear();
  }
  EXPECT_EQ(child.wait(), 0);
}

TEST(EventTest, AStopEndsTheWait) {
  const Event event;
  std::stop_source stop;
  Party other([&] { EXPECT_FALSE(event.wait(stop.get_token())); });
  EXPECT_TRUE(other.blocks());
  stop.request_stop();
  other.join();
  event.set();
  EXPECT_TRUE(event.wait(stop.get_token()));
}

TEST(EventTest, TravelsInAParcel) {
  SKEIN_FORKS();
  std::optional<Event> event(std::in_place);
  const multiprocessing::internal::Parcel parcel = testing::packed(*event);
  EXPECT_EQ(testing::unpacked<Event>(parcel), *event);
  Child child([&] {
    event.reset();
    testing::unpacked<Event>(parcel).set();
  });
  EXPECT_TRUE(event->wait(10));
  EXPECT_EQ(child.wait(), 0);
}

TEST(EventFaults, P5_SetDoesNotCareForTheDead) {
  SKEIN_FORKS();
  const Event event;
  for (std::int64_t i = 0; i < repeat(5, 100); ++i) {
    std::vector<Child> waiting;
    for (int k = 0; k < 3; ++k) {
      waiting.emplace_back([&] { return event.wait() ? 0 : 1; });
      ASSERT_TRUE(waiting.back().sleeps());
    }
    waiting[1].kill();
    waiting[1].wait();
    const double start = now();
    for (int k = 0; k < 100; ++k) {
      event.set();
      if (k < 99) event.clear();
    }
    EXPECT_LT(now() - start, 5);
    EXPECT_EQ(waiting[0].wait(5), 0);
    EXPECT_EQ(waiting[2].wait(5), 0);
    event.clear();
  }
}

}  // namespace
}  // namespace skein
