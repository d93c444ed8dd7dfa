// Rows T11, T13 and T22 of the fault table once more, by brute force: a swept deadline, a barrier that is broken in all
// ways at random moments, and objects whose memory is taken away as soon as they may go.
#include <gtest/gtest.h>
#include <skein/threading.h>

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using testing::eventually;
using testing::now;
using testing::Parties;
using testing::Party;
using testing::repeat;
using threading::Barrier;
using threading::BrokenBarrierError;
using threading::Condition;
using threading::Event;
using threading::Lock;
using threading::RLock;
using threading::Semaphore;

// ---- T11 ----

// Two wait, the first for a short time; one notification comes at about the moment when that is over. It reaches the
// first in time, which then says so, or the second.
TEST(LockRaces, T11_ANotificationThatMeetsATimeoutIsNotLost) {
  const std::int64_t rounds = repeat(3'000, 10'000);
  constexpr auto kShort = std::chrono::microseconds(60);
  Lock lock;
  Condition condition(lock);
  std::int64_t begun[2] = {-1, -1};
  int answers[2] = {-1, -1};  // Of this round; guarded by the lock.
  std::atomic<std::int64_t> round{-1};
  std::int64_t first_timed_out = 0;
  // When the notification comes; led towards the end of the first one's time, the faster the longer the same one wins,
  // since how long a thread takes to wake is the machine's affair.
  double offset = 0;
  double step = 1e-6;
  bool came_late = false;
  const auto wait = [&](int who) {
    for (std::int64_t i = 0; i < rounds; ++i) {
      while (round.load() < i) ::sched_yield();
      // The first one stands first in the line.
      while (who == 1) {
        const std::scoped_lock guard(lock);
        if (begun[0] == i) break;
      }
      const std::scoped_lock guard(lock);
      begun[who] = i;
      const bool notified = who == 0 ? condition.wait(kShort) : condition.wait(20);
      answers[who] = notified ? 1 : 0;
    }
  };
  Party first([&] { wait(0); });
  Party second([&] { wait(1); });
  for (std::int64_t i = 0; i < rounds; ++i) {
    round.store(i);
    const auto locked = [&](auto condition_holds) {
      return eventually([&] {
        const std::scoped_lock guard(lock);
        return condition_holds();
      });
    };
    ASSERT_TRUE(locked([&] { return begun[0] == i && begun[1] == i; }));
    const double moment = now() + offset + 1e-6 * static_cast<double>(i % 10);
    while (now() < moment) {
    }
    {
      const std::scoped_lock guard(lock);
      condition.notify(1);
    }
    ASSERT_TRUE(locked([&] { return answers[0] >= 0; }));
    bool first_notified = false;
    {
      const std::scoped_lock guard(lock);
      first_notified = answers[0] == 1;
      if (first_notified) {
        ASSERT_EQ(answers[1], -1) << "one notification, two notified";
        condition.notify(1);  // To end the round.
      } else {
        ++first_timed_out;
      }
    }
    ASSERT_TRUE(locked([&] { return answers[1] >= 0; }));
    const std::scoped_lock guard(lock);
    ASSERT_EQ(answers[1], 1) << "lost in round " << i;
    answers[0] = answers[1] = -1;
    step = first_notified != came_late ? std::min(step * 1.5, 1e-3) : std::max(step / 4, 0.5e-6);
    came_late = !first_notified;
    offset = std::max(offset + (first_notified ? step : -step), 0.0);
  }
  EXPECT_GT(first_timed_out, 0) << "the race was never on";
  EXPECT_LT(first_timed_out, rounds);
}

// ---- T13 ----

// Whatever breaks it, each of those who wait gets the error, once, and the barrier works again after reset().
TEST(LockRaces, T13_EveryWaiterOfABrokenBarrierGetsTheErrorOnce) {
  constexpr int kParties = 8;
  enum Way { kAbort, kReset, kTimeout, kAction, kStop };
  std::mt19937 random(20'250'101);
  const std::int64_t rounds = repeat(200);
  for (std::int64_t round = 0; round < rounds; ++round) {
    const Way way = static_cast<Way>(round % 5);
    const bool late = way != kAction && random() % 2 == 0;  // Break it when all but one have come, or while they come.
    std::atomic<bool> fail{way == kAction};
    Barrier barrier(kParties, [&] {
      if (fail.load()) throw std::logic_error("action");
    });
    std::stop_source source;
    std::atomic<int> broken{0};
    std::atomic<int> failed{0};
    std::atomic<int> passed{0};
    const int breaker = static_cast<int>(random() % kParties);
    {
      Parties parties(kParties, [&](int i) {
        try {
          if (i == breaker && way != kAction) {
            while (late && barrier.n_waiting() < kParties - 1 && !barrier.broken()) ::sched_yield();
            if (way == kAbort) barrier.abort();
            if (way == kReset) {
              // Whoever has not come yet would wait for ever: so again until all have been sent away.
              while (broken.load() < kParties - 1) barrier.reset();
              return;
            }
            if (way == kStop) source.request_stop();
            barrier.wait(way == kTimeout ? 0 : 10);
          } else if (way == kStop) {
            barrier.wait(source.get_token());
          } else {
            barrier.wait();
          }
          passed.fetch_add(1);
        } catch (const BrokenBarrierError&) {
          broken.fetch_add(1);
        } catch (const std::logic_error&) {
          failed.fetch_add(1);
        }
      });
    }
    if (way == kAction) {
      EXPECT_EQ(failed.load(), 1);
      EXPECT_EQ(broken.load(), kParties - 1);
    } else if (way == kReset) {
      EXPECT_EQ(broken.load(), kParties - 1);
    } else {
      EXPECT_EQ(broken.load() + passed.load(), kParties);
      // The last one to come passes even without time, and then so do all.
      EXPECT_TRUE(passed.load() == 0 || passed.load() == kParties) << passed.load();
      if (way == kAbort) {
        EXPECT_EQ(passed.load(), 0);
      }
    }
    fail.store(false);
    barrier.reset();
    EXPECT_FALSE(barrier.broken());
    EXPECT_EQ(barrier.n_waiting(), 0);
    std::atomic<int> sum{0};
    {
      Parties parties(kParties, [&](int) { sum.fetch_add(static_cast<int>(barrier.wait())); });
    }
    EXPECT_EQ(sum.load(), kParties * (kParties - 1) / 2);
  }
}

TEST(LockRaces, T21_ABarriersActionThatThrowsLeavesTheLockFree) {
  Barrier barrier(1, [] { throw 5; });
  EXPECT_THROW(barrier.wait(), int);
  EXPECT_TRUE(barrier.broken()) << "this would hang if the lock were still held";
}

// ---- T22 ----

// An object on a page of its own, which becomes inaccessible when the object is destroyed: who touches it later is
// found in every build.
template <class T>
class OnAPage {
 public:
  template <class... Args>
  explicit OnAPage(Args... args)
      : page_(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    new (page_) T(args...);
  }
  T& operator*() { return *static_cast<T*>(page_); }
  void destroy() {
    static_cast<T*>(page_)->~T();
    ::mprotect(page_, 4096, PROT_NONE);
  }
  ~OnAPage() { ::munmap(page_, 4096); }
  OnAPage(const OnAPage&) = delete;
  OnAPage& operator=(const OnAPage&) = delete;

 private:
  void* const page_;
};

// `wait` in one thread, `wake` in another; the waiter destroys the object as soon as it is through, while the call that
// freed it may be on its last steps.
template <class T, class... Args>
void destroy_after(void (*prepare)(T&), void (*wait)(T&), void (*wake)(T&), Args... args) {
  const std::int64_t rounds = repeat(10'000);
  std::atomic<OnAPage<T>*> given{nullptr};
  std::atomic<std::int64_t> woken{0};
  Party waker([&] {
    for (std::int64_t i = 0; i < rounds; ++i) {
      OnAPage<T>* object = nullptr;
      while ((object = given.exchange(nullptr)) == nullptr) ::sched_yield();
      wake(**object);
      woken.store(i + 1);
    }
  });
  for (std::int64_t i = 0; i < rounds; ++i) {
    OnAPage<T> object(args...);
    prepare(*object);
    given.store(&object);
    wait(*object);
    object.destroy();
    while (woken.load() <= i) ::sched_yield();
  }
}

TEST(LockRaces, T22_ALockMayGoWhileItsReleaseReturns) {
  destroy_after<Lock>([](Lock& lock) { lock.acquire(); }, [](Lock& lock) { lock.acquire(); },
                      [](Lock& lock) { lock.release(); });
}

TEST(LockRaces, T22_ASemaphoreMayGoWhileItsReleaseReturns) {
  destroy_after<Semaphore>([](Semaphore&) {}, [](Semaphore& semaphore) { semaphore.acquire(); },
                           [](Semaphore& semaphore) { semaphore.release(); }, 0);
}

TEST(LockRaces, T22_AnEventMayGoWhileItsSetReturns) {
  destroy_after<Event>([](Event&) {}, [](Event& event) { event.wait(); }, [](Event& event) { event.set(); });
}

// The same through the sleep: whoever wakes the sleeper knows its address alone.
TEST(LockRaces, T22_AlsoWhenTheWaiterSleeps) {
  set_spin_budget(std::chrono::nanoseconds(0));
  destroy_after<Lock>([](Lock& lock) { lock.acquire(); }, [](Lock& lock) { lock.acquire(); },
                      [](Lock& lock) { lock.release(); });
  destroy_after<Semaphore>([](Semaphore&) {}, [](Semaphore& semaphore) { semaphore.acquire(); },
                           [](Semaphore& semaphore) { semaphore.release(); }, 0);
  destroy_after<Event>([](Event&) {}, [](Event& event) { event.wait(); }, [](Event& event) { event.set(); });
}

TEST(LockRaces, T22_AnRLockMayGoWhenTheLastHolderIsThrough) {
  // Whoever comes second destroys it.
  const std::int64_t rounds = repeat(5'000);
  std::atomic<OnAPage<RLock>*> given{nullptr};
  std::atomic<std::int64_t> through{0};
  Party other([&] {
    for (std::int64_t i = 0; i < rounds; ++i) {
      OnAPage<RLock>* object = nullptr;
      while ((object = given.load()) == nullptr) ::sched_yield();
      (**object).acquire();
      given.store(nullptr);
      (**object).release();
      through.store(i + 1);
    }
  });
  for (std::int64_t i = 0; i < rounds; ++i) {
    OnAPage<RLock> object;
    given.store(&object);
    while (given.load() != nullptr) ::sched_yield();
    (*object).acquire();  // After the other one's release.
    object.destroy();     // Held, by this thread, which is allowed: nobody else knows it.
    while (through.load() <= i) ::sched_yield();
  }
}

}  // namespace
}  // namespace skein
