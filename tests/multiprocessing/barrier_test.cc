#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/barrier.h>

#include <cmath>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <vector>

#include "multiprocessing/archive.h"
#include "multiprocessing/processes.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using multiprocessing::Barrier;
using testing::Child;
using testing::Common;
using testing::Counter;
using testing::eventually;
using testing::now;
using testing::Party;
using testing::raised;
using testing::repeat;
using threading::BrokenBarrierError;

constexpr int kBroken = 77;

// A child in wait(): its status is the index that it got, or kBroken.
Child party(const Barrier& barrier, Timeout timeout = 20) {
  return Child([&] {
    try {
      return static_cast<int>(barrier.wait(timeout));
    } catch (const BrokenBarrierError&) {
      return kBroken;
    }
  });
}
bool waiting(const Barrier& barrier, std::int64_t count) {
  return eventually([&] { return barrier.n_waiting() == count; });
}

TEST(BarrierTest, EachOfARoundGetsAnotherNumber) {
  SKEIN_FORKS();
  const Barrier barrier(4);
  EXPECT_EQ(barrier.parties(), 4);
  EXPECT_FALSE(barrier.broken());
  for (int round = 0; round < 3; ++round) {
    std::vector<Child> children;
    for (int i = 0; i < 3; ++i) children.push_back(party(barrier));
    EXPECT_TRUE(waiting(barrier, 3));
    EXPECT_EQ(barrier.wait(), 3);
    int sum = 0;
    for (Child& child : children) sum += 1 << child.wait();
    EXPECT_EQ(sum, 7);
    EXPECT_EQ(barrier.n_waiting(), 0);
  }
}

TEST(BarrierTest, NobodyGoesOnBeforeAllHaveCome) {
  SKEIN_FORKS();
  const Barrier barrier(3);
  Common<Counter> come;
  const std::int64_t rounds = repeat(200);
  std::vector<Child> children;
  for (int i = 0; i < 3; ++i) {
    children.emplace_back([&] {
      for (std::int64_t round = 1; round <= rounds; ++round) {
        come->fetch_add(1);
        barrier.wait(20);
        if (come->load() < 3 * round) return 1;
      }
      return 0;
    });
  }
  for (Child& child : children) EXPECT_EQ(child.wait(), 0);
}

TEST(BarrierTest, TheLastToComeRunsTheActionBeforeAnyGoesOn) {
  SKEIN_FORKS();
  Common<Counter> acted;
  std::optional<Barrier> itself;
  const Barrier barrier(3, [&] {
    EXPECT_EQ(itself->n_waiting(), 3);  // The lock is held, and may be entered again.
    acted->fetch_add(1);
  });
  itself.emplace(barrier);
  for (int round = 1; round <= 3; ++round) {
    std::vector<Child> children;
    for (int i = 0; i < 2; ++i) {
      children.emplace_back([&] {
        barrier.wait(20);
        return acted->load() == round ? 0 : 1;
      });
    }
    EXPECT_TRUE(waiting(barrier, 2));
    barrier.wait();
    EXPECT_EQ(acted->load(), round);
    for (Child& child : children) EXPECT_EQ(child.wait(), 0);
  }
}

TEST(BarrierTest, AnActionThatThrowsBreaksIt) {
  SKEIN_FORKS();
  const Barrier barrier(2, [] { throw std::domain_error("no"); });
  Child child = party(barrier);
  EXPECT_TRUE(waiting(barrier, 1));
  EXPECT_THROW(barrier.wait(), std::domain_error);
  EXPECT_TRUE(barrier.broken());
  EXPECT_EQ(child.wait(), kBroken);
  EXPECT_THROW(barrier.wait(), BrokenBarrierError);
}

TEST(BarrierTest, ATimeoutBreaksItForAll) {
  SKEIN_FORKS();
  const Barrier barrier(3);
  Child child = party(barrier);
  EXPECT_TRUE(waiting(barrier, 1));
  const double start = now();
  EXPECT_THROW(barrier.wait(0.05), BrokenBarrierError);
  EXPECT_GE(now() - start, 0.05);
  EXPECT_EQ(child.wait(), kBroken);
  EXPECT_TRUE(barrier.broken());
  barrier.reset();
  EXPECT_FALSE(barrier.broken());
  EXPECT_THROW(barrier.wait(0), BrokenBarrierError);
  EXPECT_THROW(static_cast<void>(Barrier(1).wait(std::nan(""))), ValueError);
  EXPECT_EQ(Barrier(1).wait(0), 0);
  const Barrier impatient(2, {.timeout = 0.02});
  EXPECT_THROW(impatient.wait(), BrokenBarrierError);
}

TEST(BarrierTest, AbortBreaksItUntilReset) {
  SKEIN_FORKS();
  const Barrier barrier(3);
  Child child = party(barrier);
  EXPECT_TRUE(waiting(barrier, 1));
  barrier.abort();
  barrier.abort();
  EXPECT_EQ(child.wait(), kBroken);
  EXPECT_TRUE(barrier.broken());
  EXPECT_THROW(barrier.wait(), BrokenBarrierError);
  barrier.reset();
  std::vector<Child> children;
  for (int i = 0; i < 2; ++i) children.push_back(party(barrier));
  EXPECT_TRUE(waiting(barrier, 2));
  EXPECT_EQ(barrier.wait(20), 2);
  for (Child& one : children) EXPECT_NE(one.wait(), kBroken);
}

TEST(BarrierTest, ResetSendsThoseInsideAway) {
  SKEIN_FORKS();
  const Barrier barrier(2);
  Child child = party(barrier);
  EXPECT_TRUE(waiting(barrier, 1));
  barrier.reset();
  EXPECT_EQ(child.wait(), kBroken);
  EXPECT_FALSE(barrier.broken());
  Child other = party(barrier);
  EXPECT_TRUE(waiting(barrier, 1));
  EXPECT_EQ(barrier.wait(20), 1);
  EXPECT_EQ(other.wait(), 0);
}

TEST(BarrierTest, PartiesThatCannotBe) {
  EXPECT_THROW(Barrier(0), ValueError);
  EXPECT_THROW(Barrier(-1), ValueError);
  EXPECT_THROW(Barrier(std::int64_t{1} << 40), OverflowError);
}

TEST(BarrierTest, AStopBreaksIt) {
  const Barrier barrier(2);
  std::stop_source stop;
  Party other([&] { EXPECT_THROW(barrier.wait(stop.get_token()), BrokenBarrierError); });
  EXPECT_TRUE(waiting(barrier, 1));
  stop.request_stop();
  other.join();
}

TEST(BarrierTest, TravelsInAParcelButForAnAction) {
  SKEIN_FORKS();
  std::optional<Barrier> barrier(std::in_place, 2, None, 30);
  const multiprocessing::internal::Parcel parcel = testing::packed(*barrier);
  EXPECT_EQ(testing::unpacked<Barrier>(parcel), *barrier);
  Child child([&] {
    barrier.reset();
    const auto given = testing::unpacked<Barrier>(parcel);
    return given.parties() == 2 ? static_cast<int>(given.wait()) : 9;
  });
  EXPECT_TRUE(waiting(*barrier, 1));
  EXPECT_EQ(barrier->wait(), 1);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_THROW(testing::packed(Barrier(2, [] {})), TypeError);
}

// ---- P5: killed inside ----

TEST(BarrierFaults, P5_WhoIsKilledWhileItWaitsHasArrived) {
  SKEIN_FORKS();
  const Barrier barrier(3);
  for (std::int64_t round = 0; round < repeat(5, 50); ++round) {
    Child doomed = party(barrier);
    EXPECT_TRUE(waiting(barrier, 1));
    EXPECT_TRUE(doomed.sleeps());
    doomed.kill();
    doomed.wait();
    EXPECT_EQ(barrier.n_waiting(), 1);
    Child other = party(barrier);
    EXPECT_TRUE(waiting(barrier, 2));
    EXPECT_EQ(barrier.wait(5), 2);
    EXPECT_EQ(other.wait(5), 1);
    // Its place does not hold up the next round: three come, all alive.
    Child first = party(barrier);
    EXPECT_TRUE(waiting(barrier, 1));
    Child second = party(barrier);
    EXPECT_TRUE(waiting(barrier, 2));
    EXPECT_EQ(barrier.wait(5), 2);
    EXPECT_NE(first.wait(5), kBroken);
    EXPECT_NE(second.wait(5), kBroken);
  }
}

TEST(BarrierFaults, P5_ResetForgetsTheDead) {
  SKEIN_FORKS();
  const Barrier barrier(2);
  {
    Child doomed = party(barrier);
    EXPECT_TRUE(waiting(barrier, 1));
    EXPECT_TRUE(doomed.sleeps());
  }
  barrier.reset();
  EXPECT_EQ(barrier.n_waiting(), 0);
  Child child = party(barrier);
  EXPECT_TRUE(waiting(barrier, 1));
  EXPECT_EQ(barrier.wait(5), 1);
  EXPECT_EQ(child.wait(), 0);
}

TEST(BarrierFaults, P33_WhoIsKilledInTheActionBreaksIt) {
  SKEIN_FORKS();
  double worst = 0;
  for (std::int64_t i = 0; i < repeat(5, 100); ++i) {
    Common<Counter> acting;
    const Barrier barrier(3, [&] {
      acting->store(1);
      testing::stay();
    });
    std::vector<Child> children;
    for (int k = 0; k < 2; ++k) children.push_back(party(barrier));
    EXPECT_TRUE(waiting(barrier, 2));
    Child last = party(barrier);
    ASSERT_TRUE(raised(*acting));
    ::usleep(static_cast<useconds_t>(i % 7 * 9000));
    const double start = now();
    last.kill();
    for (Child& child : children) EXPECT_EQ(child.wait(5), kBroken);
    worst = std::max(worst, now() - start);
    EXPECT_TRUE(barrier.broken());
    EXPECT_THROW(barrier.wait(), BrokenBarrierError);
    barrier.reset();
    EXPECT_FALSE(barrier.broken());
  }
  std::printf("worst: %.1f ms\n", worst * 1000);
  EXPECT_LT(worst, 0.2);
}

}  // namespace
}  // namespace skein
