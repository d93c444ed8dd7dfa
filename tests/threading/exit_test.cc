// The end of the process: who is joined, who is let go, and what statics see of it. Each case is a process of its own.
// That of forked children: exit_fork_test.cc.
#include <gtest/gtest.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "threading/exit_scenarios.h"

namespace skein {
namespace {

using testing::expect_output;
using testing::Outcome;
using testing::run_scenario;
using testing::Waits;
using testing::works_for_a_while;
using threading::Thread;

// Says so when it is destroyed.
class Says {
 public:
  explicit Says(std::string text) : text_(std::move(text)) {}
  ~Says() {
    std::puts(text_.c_str());
    std::fflush(stdout);
  }
  Says(const Says&) = delete;
  Says& operator=(const Says&) = delete;

 private:
  const std::string text_;
};

// ---- non-daemon threads are joined before statics die ----

SKEIN_SCENARIO(returns_from_main) {
  static const Says last("static");
  Thread(works_for_a_while, "thread").start();
  std::puts("main");
  return 0;
}
TEST(Exit, JoinsAThreadThatWasLetGoBeforeStaticsDie) { expect_output("returns_from_main", "main\nthread\nstatic\n"); }

SKEIN_SCENARIO(exits_in_main) {
  static const Says last("static");
  Thread(works_for_a_while, "thread").start();
  std::puts("main");
  std::exit(3);
}
TEST(Exit, ByACallOfExitIsTheSame) { expect_output("exits_in_main", "main\nthread\nstatic\n", 3); }

SKEIN_SCENARIO(has_a_static_thread) {
  static const Says last("static");
  static Thread thread(works_for_a_while, "thread");
  thread.start();
  return 0;
}
TEST(Exit, JoinsAThreadWhoseObjectIsStatic) { expect_output("has_a_static_thread", "thread\nstatic\n"); }

SKEIN_SCENARIO(thread_starts_thread) {
  static const Says last("static");
  Thread([] {
    time::sleep(0.02);
    Thread(works_for_a_while, "second").start();
    std::puts("first");
  }).start();
  return 0;
}
TEST(Exit, JoinsThreadsThatAreStartedMeanwhileToo) { expect_output("thread_starts_thread", "first\nsecond\nstatic\n"); }

SKEIN_SCENARIO(joins_main) {
  static const Says last("static");
  Thread([main = threading::current_thread()]() mutable {
    main.join();
    std::puts(main.is_alive() ? "alive" : "main has ended");
  }).start();
  return 0;
}
TEST(Exit, WhoJoinsTheMainThreadComesThrough) { expect_output("joins_main", "main has ended\nstatic\n"); }

SKEIN_SCENARIO(starts_too_late) {
  struct Late {
    ~Late() {
      try {
        Thread([] {}).start();
      } catch (const RuntimeError& error) {
        std::puts(error.what());
        std::fflush(stdout);
      }
    }
  };
  static const Late late;
  return 0;
}
TEST(Exit, NoThreadCanBeStartedOnceTheyHaveBeenJoined) {
  expect_output("starts_too_late", "can't create new thread at interpreter shutdown\n");
}

SKEIN_SCENARIO(main_leaves_by_pthread_exit) {
  testing::skip_leak_check();
  static const Says last("static");
  Thread([] {
    works_for_a_while("thread");
    std::exit(0);  // TSan's own thread would keep the process alive.
  }).start();
  ::pthread_exit(nullptr);
}
TEST(Exit, TheMainThreadMayLeaveFirst) { expect_output("main_leaves_by_pthread_exit", "thread\nstatic\n"); }

// ---- exit() called by another thread ----

SKEIN_SCENARIO(thread_exits) {
  static const Says last("static");
  Thread exiting([] {
    std::puts("exit");
    std::exit(7);
  });
  exiting.start();
  for (;;) ::pause();
}
TEST(Exit, CanBeCalledByAThread) { expect_output("thread_exits", "exit\nstatic\n", 7); }

SKEIN_SCENARIO(foreign_thread_exits) {
  static const Says last("static");
  Thread(works_for_a_while, "thread").start();
  std::thread([] {
    static_cast<void>(threading::current_thread());
    std::exit(7);
  }).detach();
  for (;;) ::pause();
}
TEST(Exit, CanBeCalledByAForeignThread) { expect_output("foreign_thread_exits", "thread\nstatic\n", 7); }

SKEIN_SCENARIO(daemon_exits) {
  static const Waits waits;
  Thread exiting({.daemon = true}, [] { std::exit(7); });
  exiting.start();
  for (;;) ::pause();
}
TEST(Exit, CanBeCalledByADaemonWhichThenIsNoneAnyMore) { expect_output("daemon_exits", "waited\n", 7); }

// ---- daemons ----

SKEIN_SCENARIO(leaves_daemons) {
  static const Says last("static");
  static threading::Event never;
  static threading::Lock held;
  held.acquire();
  for (int i = 0; i < 4; ++i) {
    Thread({.daemon = true}, [] { never.wait(); }).start();
    Thread({.daemon = true}, [] { held.acquire(); }).start();
    Thread({.daemon = true}, [] { time::sleep(1000); }).start();
  }
  std::puts("main");
  return 0;
}
TEST(Exit, DoesNotWaitForDaemons) {
  const Outcome outcome = run_scenario("leaves_daemons");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "main\nstatic\n");
  EXPECT_LT(outcome.seconds, 10);
}

// Daemons that work on statics by way of waits are at rest before those are destroyed: none touches one afterwards.
struct Log {
  ~Log() { destroyed.store(true); }
  void write(const std::string& line) {
    if (destroyed.load()) std::abort();  // ASan would also say so.
    const std::scoped_lock guard(lock);
    lines.push_back(line);
    if (lines.size() > 100) lines.clear();
  }
  threading::Lock lock;
  std::vector<std::string> lines;
  std::atomic<bool> destroyed{false};
};

SKEIN_SCENARIO(daemons_log_to_a_static) {
  static Log log;
  static threading::Event never;
  static threading::Semaphore turns(1);
  for (int i = 0; i < 4; ++i) {
    Thread({.daemon = true}, [i] {
      for (;;) {
        log.write("a line of some length from worker " + std::to_string(i));
        turns.acquire();
        turns.release();
        static_cast<void>(never.wait(0.0001));
      }
    }).start();
  }
  return 0;
}
TEST(ThreadFaults, T18_DaemonsAreAtRestBeforeStaticsDie) {
  const auto rounds = testing::repeat(300, 500);
  for (std::int64_t i = 0; i < rounds; ++i) {
    const Outcome outcome = run_scenario("daemons_log_to_a_static");
    ASSERT_TRUE(outcome.good()) << outcome;
  }
}

// A pool with static storage, whose workers log in destructors of their own, the log being a later static.
SKEIN_SCENARIO(pool_is_a_static) {
  static Log log;
  struct Worker {
    explicit Worker(int number) : name("worker " + std::to_string(number)) {}
    ~Worker() { log.write(name + " is gone"); }
    std::string name;
  };
  struct Pool {
    Pool() {
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this, i] {
          const Worker worker(i);
          while (!stop.wait(0.0001)) log.write(worker.name);
        });
        threads.back().start();
      }
    }
    ~Pool() { threads.clear(); }
    threading::Event stop;
    std::vector<Thread> threads;
  };
  static Pool pool;
  static threading::Event never;
  Thread({.daemon = true}, [] {
    for (;;) {
      log.write("daemon");
      static_cast<void>(never.wait(0.0001));
    }
  }).start();
  pool.stop.set();
  return 0;
}
TEST(ThreadFaults, T18_AStaticPoolLogsToTheEnd) {
  const auto rounds = testing::repeat(200, 500);
  for (std::int64_t i = 0; i < rounds; ++i) {
    const Outcome outcome = run_scenario("pool_is_a_static");
    ASSERT_TRUE(outcome.good()) << outcome;
  }
}

// A daemon that was to be woken stays asleep for ever; somebody else gets its wake-up.
SKEIN_SCENARIO(wakes_pass_by_daemons) {
  static threading::Semaphore permits(0);
  static threading::Lock lock;
  struct Last {
    ~Last() {
      std::atomic<bool> got{false};
      testing::Party foreign([&] {
        permits.acquire();
        lock.acquire();
        got.store(true);
      });
      static_cast<void>(foreign.blocks());
      permits.release();
      static_cast<void>(foreign.blocks());
      lock.release();
      foreign.join();
      std::puts(got.load() ? "woken" : "lost");
      std::fflush(stdout);
    }
  };
  static const Last last;
  lock.acquire();
  const auto wait_asleep = [](Thread& thread) {
    testing::wait_until_asleep(static_cast<std::int64_t>(*thread.native_id()));
  };
  std::vector<Thread> daemons;
  for (int i = 0; i < 3; ++i) {
    daemons.emplace_back(threading::ThreadOptions{.daemon = true}, [] { permits.acquire(); });
    daemons.emplace_back(threading::ThreadOptions{.daemon = true}, [] { lock.acquire(); });
  }
  for (Thread& daemon : daemons) {
    daemon.start();
    wait_asleep(daemon);
  }
  return 0;
}
TEST(Exit, ADaemonThatStaysAsleepPassesItsWakeUpOn) { expect_output("wakes_pass_by_daemons", "woken\n"); }

SKEIN_SCENARIO(stops_a_daemon_too_late) {
  struct Stops {
    ~Stops() {
      source.request_stop();
      std::puts("requested");
      std::fflush(stdout);
    }
    std::stop_source source;
  };
  static Stops stops;
  static threading::Event never;
  Thread daemon({.daemon = true}, [] { never.wait(stops.source.get_token()); });
  daemon.start();
  testing::wait_until_asleep(static_cast<std::int64_t>(*daemon.native_id()));
  return 0;
}
TEST(Exit, AskingADaemonToStopThatStaysForEverDoesNotHang) { expect_output("stops_a_daemon_too_late", "requested\n"); }

// ---- locals ----

SKEIN_SCENARIO(uses_a_local_in_a_static) {
  static threading::local<std::vector<int>> values;
  struct Late {
    ~Late() {
      values->assign(100, 7);
      std::printf("%d\n", (*values)[99]);
      std::fflush(stdout);
    }
  };
  static const Late late;
  values->assign(10, 1);
  return 0;
}
TEST(Exit, AStaticMayStillUseALocal) { expect_output("uses_a_local_in_a_static", "7\n"); }

// ---- thread-local destructors ----

// start() collects what is left of threads that were let go. It does not wait for one that is on its last steps, which
// may be waiting for the caller.
SKEIN_SCENARIO(starts_beside_a_slow_end) {
  static threading::Lock lock;
  static std::atomic<bool> at_the_end{false};
  struct Slow {
    ~Slow() {
      at_the_end.store(true);
      const std::scoped_lock guard(lock);
    }
    void touch() const {}
  };
  lock.acquire();
  Thread([] {
    thread_local const Slow slow;
    slow.touch();
  }).start();
  while (!at_the_end.load()) ::sched_yield();
  Thread second([] { std::puts("second"); });
  second.start();
  second.join();
  lock.release();
  return 0;
}
TEST(Exit, StartDoesNotWaitForTheLastStepsOfAStranger) { expect_output("starts_beside_a_slow_end", "second\n"); }

}  // namespace
}  // namespace skein
