// Locks and barriers that are given to processes of each start method; row P39 where a Process is the holder.
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <type_traits>

#include "multiprocessing/methods.h"

namespace skein::multiprocessing {
namespace {

template <class L>
void end_holding(const L& lock, int times, const std::string& way) {
  for (int i = 0; i < times; ++i) lock.acquire();
  ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);  // What it is told of the error is no news here.
  if (way == "throws") throw ValueError("on purpose");
  if (way == "exits") throw SystemExit(3);
}

class LockProcess : public skein::testing::MethodTest {
 protected:
  // It ends normally, also by an exception that nobody catches: nothing has happened to it that others should know.
  template <class L>
  void leaves_it_held(int times) {
    for (const std::string way : {"returns", "throws", "exits"}) {
      SCOPED_TRACE(way);
      const L lock;
      Process holder = context().Process(end_holding<L>, lock, times, way);
      holder.start();
      holder.join();
      EXPECT_EQ(holder.exitcode(), way == "returns" ? 0 : way == "throws" ? 1 : 3);
      EXPECT_FALSE(lock.acquire(false));
      EXPECT_FALSE(lock.acquire(true, 0.3));
      EXPECT_TRUE(lock.locked());
      EXPECT_FALSE(lock.recovered());
      if constexpr (std::is_same_v<L, Lock>) {
        lock.release();  // As anybody may.
        EXPECT_TRUE(lock.acquire(false));
        EXPECT_FALSE(lock.recovered());
        lock.release();
      } else {
        EXPECT_THROW(lock.release(), AssertionError);
      }
    }
  }
};
SKEIN_TEST_ALL_METHODS(LockProcess);

TEST_P(LockProcess, P39_AProcessThatEndsNormallyLeavesALockHeld) { leaves_it_held<Lock>(1); }
TEST_P(LockProcess, P39_AProcessThatEndsNormallyLeavesAnRLockHeld) { leaves_it_held<RLock>(2); }

void meet(const Barrier& barrier, const SimpleQueue<std::int64_t>& places) { places.put(barrier.wait(20)); }

TEST_P(LockProcess, ABarrierTravels) {
  const Barrier barrier(2);
  const SimpleQueue<std::int64_t> places;
  Process other = context().Process(meet, barrier, places);
  other.start();
  const std::int64_t place = barrier.wait(20);
  EXPECT_EQ(place + places.get(), 1);
  other.join();
  EXPECT_EQ(other.exitcode(), 0);
  EXPECT_FALSE(barrier.broken());
}

TEST_P(LockProcess, ABarrierWithAnActionGoesByForkAlone) {
  const Barrier barrier(2, [] {});
  Process other = context().Process([](const Barrier& its) { its.wait(20); }, barrier);
  if (GetParam() != "fork") {
    EXPECT_THROW(other.start(), TypeError);
    return;
  }
  other.start();
  barrier.wait(20);
  other.join();
  EXPECT_EQ(other.exitcode(), 0);
}

}  // namespace
}  // namespace skein::multiprocessing
