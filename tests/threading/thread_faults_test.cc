// Rows T1 to T4 and T16 to T19 of the fault table: what a thread must survive. T15 is in timer_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::threading {
namespace {

using testing::eventually;
using testing::Outcome;
using testing::Parties;
using testing::Party;
using testing::repeat;
using testing::run_scenario;

// ---- T1: start twice ----

TEST(ThreadFaults, T1_TheSecondStartIsAnErrorAndTheFirstRunGoesOn) {
  int runs = 0;
  Event open;
  Thread t([&] {
    open.wait();
    ++runs;
  });
  t.start();
  try {
    t.start();
    ADD_FAILURE() << "started twice";
  } catch (const RuntimeError& error) {
    EXPECT_STREQ(error.what(), "threads can only be started once");
  }
  EXPECT_TRUE(t.is_alive());
  open.set();
  t.join();
  EXPECT_EQ(runs, 1);
  EXPECT_THROW(t.start(), RuntimeError);  // Nor after its end.
}

TEST(ThreadFaults, T1_OfTwoWhoStartAtOnceExactlyOneWins) {
  const std::int64_t rounds = repeat(1000, 10'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    std::atomic<int> runs{0};
    std::atomic<int> wins{0};
    std::atomic<int> errors{0};
    Thread t([&] { runs.fetch_add(1); });
    Parties starters(2, [&](int) {
      try {
        t.start();
        wins.fetch_add(1);
      } catch (const RuntimeError&) {
        errors.fetch_add(1);
      }
    });
    starters.join();
    t.join();
    ASSERT_EQ(wins.load(), 1);
    ASSERT_EQ(errors.load(), 1);
    ASSERT_EQ(runs.load(), 1);
  }
}

// ---- T2: join ----

TEST(ThreadFaults, T2_JoiningAnUnstartedThreadOrOneselfIsAnError) {
  Thread t([] {});
  try {
    t.join();
    ADD_FAILURE() << "joined";
  } catch (const RuntimeError& error) {
    EXPECT_STREQ(error.what(), "cannot join thread before it is started");
  }
  std::string text;
  Thread self([&] {
    try {
      current_thread().join();
    } catch (const RuntimeError& error) {
      text = error.what();
    }
  });
  self.start();
  self.join();
  EXPECT_EQ(text, "cannot join current thread");
  EXPECT_THROW(current_thread().join(), RuntimeError);
}

TEST(ThreadFaults, T2_EightJoinersAllSeeTheResult) {
  const std::int64_t rounds = repeat(200);
  for (std::int64_t i = 0; i < rounds; ++i) {
    int result = 0;  // Not atomic: join orders it.
    Thread t([&] { result = 42; });
    t.start();
    std::atomic<int> right{0};
    Parties joiners(8, [&](int) {
      t.join();
      if (result == 42 && !t.is_alive()) right.fetch_add(1);
    });
    joiners.join();
    ASSERT_EQ(right.load(), 8);
  }
}

// ---- T3: an exception leaves the target ----

TEST(ThreadFaults, T3_WhatLeavesTheTargetGoesToTheHookOnceAndTheProcessLives) {
  std::atomic<int> calls{0};
  set_excepthook([&](const ExceptHookArgs&) { calls.fetch_add(1); });
  const auto run = [](auto target) {
    Thread t(target);
    t.start();
    t.join();
    EXPECT_FALSE(t.is_alive());
  };
  run([] { throw 5; });
  EXPECT_EQ(calls.load(), 1);
  run([] { throw std::string("text"); });
  EXPECT_EQ(calls.load(), 2);
  run([] {
    try {
      throw std::runtime_error("inner");
    } catch (...) {
      std::throw_with_nested(std::runtime_error("outer"));
    }
  });
  EXPECT_EQ(calls.load(), 3);
  set_excepthook({});
}

// ---- T4: a Thread object goes while its thread runs ----

class Quick : public Thread {
 public:
  explicit Quick(std::atomic<int>* ran) : ran_(ran) {}
  void run() override { ran_->fetch_add(1); }

 private:
  std::atomic<int>* ran_;
};

TEST(ThreadFaults, T4_DroppedObjectsOfEachKind) {
  const std::int64_t rounds = repeat(300, 1000);
  auto ran = std::make_shared<std::atomic<int>>(0);
  for (std::int64_t i = 0; i < rounds; ++i) {
    {
      Thread named([ran] { ran->fetch_add(1); });
      named.start();
    }
    ASSERT_GE(ran->load(), 3 * i + 1) << "a named one was joined";
    {
      Thread({.daemon = (i % 2) == 0}, [ran] { ran->fetch_add(1); }).start();
    }
    {
      make<Quick>(ran.get())->start();
    }
    Thread never([ran] { ran->fetch_add(1000); });
    Quick refused(ran.get());
    ASSERT_THROW(refused.start(), RuntimeError);
    ASSERT_TRUE(eventually([&] { return ran->load() >= 3 * (i + 1); }));
  }
  EXPECT_TRUE(eventually([] { return active_count() == 1; }));
  EXPECT_EQ(ran->load(), 3 * rounds);
}

// ---- T16: the system refuses ----

SKEIN_SCENARIO(thread_creation_fails) {
  bool ran = false;
  Thread t([&] { ran = true; });
  rlimit before{};
  ::getrlimit(RLIMIT_AS, &before);
  stack_size(std::int64_t{1} << 40);
  const std::size_t alive = active_count();
  for (int i = 0; i < 3; ++i) {
    try {
      t.start();
      std::printf("started\n");
    } catch (const RuntimeError& error) {
      std::printf("%s\n", error.what());
    }
    if (t.is_alive() || t.ident().has_value() || active_count() != alive) std::printf("something stayed\n");
  }
  stack_size(0);
  t.start();
  t.join();
  std::printf(ran ? "ran\n" : "did not run\n");
  return 0;
}

TEST(ThreadFaults, T16_AFailedStartIsAnErrorAndMayBeTriedAgain) {
  const Outcome outcome = run_scenario("thread_creation_fails");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "can't start new thread\ncan't start new thread\ncan't start new thread\nran\n");
}

// ---- T17: fork while other threads hold locks ----

TEST(ThreadFaults, T17_ForkedChildrenCanUseTheLocksOrGetAnError) {
  SKEIN_FORKS();
  const std::int64_t children = repeat(200, 1000);
  std::array<Lock, 2> locks;
  RLock rlock;
  Condition condition;
  Semaphore semaphore(1);
  std::atomic<bool> stop{false};
  std::vector<std::unique_ptr<Party>> hammers;
  for (int i = 0; i < 4; ++i) {
    hammers.push_back(std::make_unique<Party>([&, i] {
      while (!stop.load()) {
        {
          std::scoped_lock guard(locks[static_cast<std::size_t>(i % 2)]);
        }
        {
          std::scoped_lock guard(rlock);
        }
        std::scoped_lock guard(condition);
        condition.notify_all();
        condition.wait(0);
      }
    }));
  }
  int usable = 0;
  int refused = 0;
  for (std::int64_t i = 0; i < children; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::alarm(5);
      int errors = 0;
      const auto use = [&errors](auto& lock) {
        try {
          std::scoped_lock guard(lock);
        } catch (const RuntimeError&) {
          ++errors;
        }
      };
      use(locks[0]);
      use(locks[1]);
      use(rlock);
      use(condition);
      if (semaphore.acquire(true, 0)) semaphore.release();
      Thread t([] {});
      t.start();
      t.join();
      ::_exit(errors == 0 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status) << " in child " << i;
    ASSERT_LE(WEXITSTATUS(status), 1);
    ++(WEXITSTATUS(status) == 0 ? usable : refused);
  }
  stop.store(true);
  hammers.clear();
  RecordProperty("usable", usable);
  RecordProperty("refused", refused);
}

TEST(ThreadFaults, T17_ALockHeldByAThreadThatStayedBehindIsAnError) {
  SKEIN_FORKS();
  Lock lock;
  RLock rlock;
  Lock mine;
  RLock mine_too;
  Event held;
  Event release;
  Party holder([&] {
    std::scoped_lock guard(lock, rlock);
    held.set();
    release.wait();
  });
  held.wait();
  std::scoped_lock guard(mine, mine_too);
  const Outcome outcome = testing::run_forked([&] {
    int wrong = 0;
    const auto is_refused = [](auto& taken) {
      try {
        taken.acquire();
        return false;
      } catch (const RuntimeError&) {
        return true;
      }
    };
    if (!is_refused(lock) || !is_refused(rlock)) wrong |= 1;
    if (lock.acquire(false)) wrong |= 2;
    // What the forking thread held it still holds, and can give back.
    if (!mine.locked() || !mine_too.acquire(false)) wrong |= 4;
    mine_too.release();
    mine_too.release();
    mine.release();
    if (mine_too.locked() || mine.locked()) wrong |= 8;
    mine.acquire();
    mine_too.acquire();
    return wrong;
  });
  release.set();
  EXPECT_EQ(outcome.status, 0) << outcome;
  EXPECT_FALSE(outcome.hung);
}

TEST(ThreadFaults, T17_TheChildHasOneThreadWhichIsItsMain) {
  SKEIN_FORKS();
  Event open;
  Thread other([&] { open.wait(); });
  other.start();
  int status = -1;
  Thread forker([&] {
    status = testing::run_forked([&] {
               int wrong = 0;
               if (active_count() != 1) wrong |= 1;
               if (main_thread() != current_thread()) wrong |= 2;
               if (other.is_alive()) wrong |= 4;
               other.join();
               if (current_thread().native_id() != get_native_id()) wrong |= 8;
               int ran = 0;
               Thread t([&] { ran = 1; });
               t.start();
               t.join();
               if (ran != 1) wrong |= 16;
               return wrong;
             }).status;
  });
  forker.start();
  forker.join();
  open.set();
  other.join();
  EXPECT_EQ(status, 0);
}

// ---- T18: daemons at the end of the process ----

struct Logger {
  ~Logger() { text = "gone"; }
  std::string text = "a text that is long enough to lie on the heap";
  Lock lock;
} g_logger;

SKEIN_SCENARIO(daemons_use_statics_to_the_end) {
  for (int i = 0; i < 3; ++i) {
    Thread({.daemon = true}, [] {
      for (;;) {
        {
          std::scoped_lock guard(g_logger.lock);
          if (g_logger.text.size() != 45) ::_exit(7);
        }
        time::sleep(0.0001);
      }
    }).start();
  }
  static Event never;
  Thread({.daemon = true}, [] { never.wait(); }).start();
  return 0;
}

TEST(ThreadFaults, T18_DaemonsStopBeforeStaticsDie) {
  const std::int64_t rounds = repeat(20, 500);
  for (std::int64_t i = 0; i < rounds; ++i) {
    const Outcome outcome = run_scenario("daemons_use_statics_to_the_end");
    ASSERT_TRUE(outcome.good()) << outcome;
  }
}

// The end comes while the daemon sleeps; it would find the text gone when it wakes.
struct Late {
  ~Late() {
    if (!armed) return;
    text = "gone";
    gone.store(true);
    const double until = testing::now() + 0.2;  // Far longer than the daemon's sleep.
    while (testing::now() < until) ::sched_yield();
  }
  bool armed = false;  // In its own scenario only.
  std::string text = "there";
  std::atomic<bool> gone{false};
} g_late;

SKEIN_SCENARIO(a_daemon_would_wake_while_statics_die) {
  g_late.armed = true;
  Thread({.daemon = true}, [] {
    for (;;) {
      time::sleep(0.01);
      if (g_late.gone.load()) ::_exit(7);
    }
  }).start();
  return 0;
}

TEST(ThreadFaults, T18_ADaemonThatSleepsDoesNotWakeAfterTheEnd) {
  const Outcome outcome = run_scenario("a_daemon_would_wake_while_statics_die");
  EXPECT_TRUE(outcome.good()) << outcome;
}

struct Waiting {
  ~Waiting() {
    if (!armed) return;
    event.set();  // Would let the daemon go on.
    const double until = testing::now() + 0.1;
    while (testing::now() < until) ::sched_yield();
  }
  bool armed = false;
  Event event;
} g_waiting;

SKEIN_SCENARIO(a_destructor_wakes_a_daemon) {
  g_waiting.armed = true;
  Event began;
  Thread({.daemon = true}, [&began] {
    began.set();
    g_waiting.event.wait();
    ::_exit(7);
  }).start();
  began.wait();
  return 0;
}

TEST(ThreadFaults, T18_ADaemonThatWaitsStaysWhenADestructorWakesIt) {
  const Outcome outcome = run_scenario("a_destructor_wakes_a_daemon", {.environment = {"SKEIN_SPIN_US=0"}});
  EXPECT_TRUE(outcome.good()) << outcome;
}

// ---- T19: pthread_cancel ----

TEST(ThreadFaults, T19_ACancelledThreadUnwindsAndEnds) {
#ifdef SKEIN_TESTING_SANITIZER
  const std::int64_t rounds = 3;
#else
  const std::int64_t rounds = repeat(50);
#endif
  std::atomic<int> hooks{0};
  set_excepthook([&](const ExceptHookArgs&) { hooks.fetch_add(1); });
  for (std::int64_t i = 0; i < rounds; ++i) {
    std::atomic<bool> unwound{false};
    std::atomic<pthread_t> handle{};
    Event begun;
    Thread t([&] {
      struct Unwinds {
        ~Unwinds() { flag.store(true); }
        std::atomic<bool>& flag;
      } unwinds{unwound};
      handle.store(::pthread_self());
      begun.set();
      time::sleep(3600);
    });
    t.start();
    begun.wait();
    ASSERT_EQ(::pthread_cancel(handle.load()), 0);
    t.join();
    ASSERT_TRUE(unwound.load());
    ASSERT_FALSE(t.is_alive());
  }
  set_excepthook({});
  EXPECT_EQ(hooks.load(), 0) << "a forced unwind is no exception";
  EXPECT_EQ(active_count(), 1U);
}

TEST(ThreadFaults, T19_PthreadExitEndsTheThread) {
  bool unwound = false;
  Thread t([&] {
    struct Unwinds {
      ~Unwinds() { flag = true; }
      bool& flag;
    } unwinds{unwound};
    ::pthread_exit(nullptr);
  });
  t.start();
  t.join();
  EXPECT_TRUE(unwound);
  EXPECT_FALSE(t.is_alive());
}

}  // namespace
}  // namespace skein::threading
