// The end of a process that was forked, by whichever thread, from one with threads. Each case is a process of its own.
#include <gtest/gtest.h>
#include <skein/threading.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "testing/child.h"
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

class ExitOfAForkedChild : public ::testing::Test {
 protected:
  void SetUp() override { SKEIN_FORKS(); }
};

// Forks, in the calling thread, a child that runs `in_child` and exits; says how that ended.
template <class F>
void fork_here(F in_child) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    testing::skip_leak_check();
    in_child();
    std::exit(5);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  std::printf("child: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  std::fflush(stdout);
}

SKEIN_SCENARIO(forks_in_a_thread) {
  Thread thread([] {
    fork_here([] {
      Thread(works_for_a_while, "thread of the child").start();
      std::puts(threading::main_thread() == threading::current_thread() ? "main" : "not main");
      std::printf("%zu alive\n", threading::active_count());
    });
  });
  thread.start();
  thread.join();
  return 0;
}
TEST_F(ExitOfAForkedChild, OfAThread) {
  const Outcome outcome = run_scenario("forks_in_a_thread");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_NE(outcome.out.find("main\n"), std::string::npos) << outcome;
  EXPECT_NE(outcome.out.find("2 alive\n"), std::string::npos) << outcome;
  EXPECT_NE(outcome.out.find("thread of the child\nchild: 5\n"), std::string::npos) << outcome;
}

SKEIN_SCENARIO(forks_in_a_daemon) {
  static const Waits waits;
  for (int i = 0; i < 3; ++i)
    Thread({.daemon = true}, [] {
      for (;;) ::sched_yield();
    }).start();
  Thread thread({.daemon = true}, [] { fork_here([] {}); });
  thread.start();
  thread.join();
  return 0;
}
TEST_F(ExitOfAForkedChild, OfADaemonAmongDaemons) {
  const Outcome outcome = run_scenario("forks_in_a_daemon");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "waited\nchild: 5\nwaited\n") << outcome;
}

SKEIN_SCENARIO(forks_in_a_foreign_thread) {
  std::thread([] {
    fork_here([] {
      std::puts(threading::main_thread() == threading::current_thread() ? "main" : "not main");
      Thread(works_for_a_while, "thread of the child").start();
    });
  }).join();
  return 0;
}
TEST_F(ExitOfAForkedChild, OfAThreadThatNeverUsedSkein) {
  expect_output("forks_in_a_foreign_thread", "main\nthread of the child\nchild: 5\n");
}

SKEIN_SCENARIO(child_of_a_thread_exits_in_a_thread) {
  Thread thread([] {
    fork_here([] {
      Thread exiting([] { std::exit(5); });
      exiting.start();
      for (;;) ::pause();
    });
  });
  thread.start();
  thread.join();
  return 0;
}
TEST_F(ExitOfAForkedChild, ByAThreadOfIts) { expect_output("child_of_a_thread_exits_in_a_thread", "child: 5\n"); }

SKEIN_SCENARIO(child_returns_from_its_thread) {
  Thread thread([] {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
      testing::skip_leak_check();
      return;  // The last thread of the child ends, and with it the child.
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    std::printf("child: %d\n", status);
  });
  thread.start();
  thread.join();
  return 0;
}
TEST_F(ExitOfAForkedChild, ByTheEndOfItsOnlyThread) {
  const Outcome outcome = run_scenario("child_returns_from_its_thread");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "child: 0\n");
}

SKEIN_SCENARIO(child_has_handles_of_its_parents_threads) {
  threading::Event over;
  Thread running([&] { over.wait(); });
  Thread ended([] {});
  Thread joined([] {});
  for (Thread* thread : {&running, &ended, &joined}) thread->start();
  joined.join();
  while (ended.is_alive()) ::sched_yield();
  fork_here([&] {
    // Not alive here, and there is nothing to wait for; so do their destructors find.
    for (Thread* thread : {&running, &ended, &joined}) {
      if (thread->is_alive()) std::puts("alive");
      thread->join();
      Thread gone = std::move(*thread);
    }
    Thread fresh([] { std::puts("fresh"); });
    fresh.start();
    fresh.join();
    std::printf("%zu alive\n", threading::active_count());
  });
  over.set();
  return 0;
}
TEST_F(ExitOfAForkedChild, ThreadsOfTheParentAreOver) {
  expect_output("child_has_handles_of_its_parents_threads", "fresh\n1 alive\nchild: 5\n");
}

}  // namespace
}  // namespace skein
