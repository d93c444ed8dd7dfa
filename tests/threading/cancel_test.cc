// T19 further: what pthread_cancel must not tear apart, and what else ends a wait in an unusual way.
#include <gtest/gtest.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <pthread.h>

#include <atomic>
#include <stdexcept>
#include <string>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using testing::eventually;
using testing::Party;
using testing::repeat;
using threading::Condition;
using threading::Event;
using threading::Lock;
using threading::Thread;

// A wait in a primitive is no place to be cancelled at: the request waits until the thread comes to one that is.
TEST(ThreadFaults, T19_AWaitInAPrimitiveIsNotCancelled) {
  Event event;
  std::atomic<bool> came_through{false};
  std::atomic<pthread_t> self{};
  Thread waiting([&] {
    self.store(::pthread_self());
    event.wait();
    came_through.store(true);
    ::pthread_testcancel();
    came_through.store(false);
  });
  waiting.start();
  ASSERT_TRUE(eventually([&] { return self.load() != pthread_t{}; }));
  testing::wait_until_asleep(static_cast<std::int64_t>(*waiting.native_id()));
  ::pthread_cancel(self.load());
  EXPECT_FALSE(came_through.load());
  event.set();
  waiting.join();
  EXPECT_TRUE(came_through.load());
}

// A joiner that is cancelled had once claimed the join, and nobody else could do it any more.
TEST(ThreadFaults, T19_ACancelledJoinerDoesNotKeepOthersFromJoining) {
  Event over;
  Thread joined([&] { over.wait(); });
  joined.start();
  std::atomic<pthread_t> self{};
  Thread joiner([&] {
    self.store(::pthread_self());
    joined.join();
    ::pthread_testcancel();
  });
  joiner.start();
  ASSERT_TRUE(eventually([&] { return self.load() != pthread_t{}; }));
  testing::wait_until_asleep(static_cast<std::int64_t>(*joiner.native_id()));
  ::pthread_cancel(self.load());
  over.set();
  joiner.join(20);
  joined.join(20);
  EXPECT_FALSE(joiner.is_alive());
  EXPECT_FALSE(joined.is_alive());
}

// The report of an exception writes, which is a place to be cancelled at, but not in the middle of a noexcept function.
TEST(ThreadFaults, T19_AThreadThatIsToBeCancelledStillReportsItsException) {
  ::testing::internal::CaptureStderr();
  Thread failing({.name = "failing"}, [] {
    ::pthread_cancel(::pthread_self());
    throw std::runtime_error("first");
  });
  failing.start();
  failing.join();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "Exception in thread failing:\nstd::runtime_error: first\n");
}

// A Lock may be released by anybody, also while its holder enters wait(): an error for that one, and no trace of it in
// the list of waiters, where it once stayed, on a stack that goes on.
TEST(ConditionFaults, T9_ALockThatIsTakenAwayInTheMiddleLeavesNoWaiterBehind) {
  const std::int64_t rounds = repeat(5'000);
  Lock lock;
  Condition condition(lock);
  std::atomic<std::int64_t> begun{0};
  std::atomic<std::int64_t> stolen{0};
  Party thief([&] {
    for (std::int64_t i = 1; i <= rounds; ++i) {
      while (begun.load() < i) ::sched_yield();
      for (std::int64_t pauses = i % 64; pauses > 0; --pauses) internal::cpu_relax();
      try {
        lock.release();
      } catch (const RuntimeError&) {  // The waiter was faster.
      }
      stolen.store(i);
    }
  });
  std::int64_t errors = 0;
  for (std::int64_t i = 1; i <= rounds; ++i) {
    lock.acquire();
    begun.store(i);
    try {
      condition.wait(0.0001);
    } catch (const RuntimeError&) {
      ++errors;
    }
    while (stolen.load() < i) ::sched_yield();
    if (lock.locked()) lock.release();
    lock.acquire();
    condition.notify_all();  // ASan watches whom it finds.
    lock.release();
  }
  RecordProperty("errors", static_cast<int>(errors));  // On one processor there is no such moment.
}

}  // namespace
}  // namespace skein
