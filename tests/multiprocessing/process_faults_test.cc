// Rows P7, P22, P23, P24, P30, P36: how processes end, and who hears of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing.h>
#include <skein/threading.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"
#include "testing/seccomp.h"
#include "testing/signal_storm.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using multiprocessing::AssertionError;
using skein::SystemExit;
using skein::testing::Mailbox;
using skein::testing::run_scenario;
using testing::HasSubstr;

namespace {

class ProcessFaults : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(ProcessFaults);

// Of a scenario: what run_scenario() was told.
multiprocessing::Context context_of_scenario() { return multiprocessing::get_context(std::getenv("METHOD")); }

// ---- P7 ----

int overflow(volatile int* depth) {  // NOLINT(misc-no-recursion)
  volatile char room[4096] = {};     // NOLINT(modernize-avoid-c-arrays)
  if (*depth < 0) return room[0];
  *depth = *depth + 1;
  return overflow(depth) + room[1];
}

void end_in_a_way(int way) {
  // No reports of a sanitizer's, no core files.
  for (const int fatal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) ::signal(fatal, SIG_DFL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  static volatile int depth = 0;
  switch (way) {
    case 0:
      return;
    case 1:
      throw SystemExit(3);
    case 2:
      std::exit(4);  // NOLINT(concurrency-mt-unsafe)
    case 3:
      ::_exit(5);
    case 4:
      std::abort();
    case 5:
      std::set_terminate(nullptr);
      std::terminate();
    case 6:
      ::raise(SIGSEGV);
      break;
    case 7:
      depth = overflow(&depth);
      break;
    case 8:
      throw 6;
    case 9:
      ::raise(SIGKILL);
      break;
    default:
      break;
  }
}

TEST_P(ProcessFaults, P7_EachWayToEndIsReported) {
  const std::vector<int> codes{0, 3, 4, 5, -SIGABRT, -SIGABRT, -SIGSEGV, -SIGSEGV, 1, -SIGKILL};
  for (std::size_t way = 0; way < codes.size(); ++way) {
    auto p = context().Process(end_in_a_way, static_cast<int>(way));
    p.start();
    p.join();
    EXPECT_EQ(p.exitcode(), codes[way]) << "way " << way;
  }
}

// The handlers of the parent are the parent's, and what the child has written is written once.
TEST_P(ProcessFaults, P7_ExitRunsTheChildsOwnHandlersAlone) {
  const auto outcome = run_scenario("handlers", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
  // spawn starts the image anew, but main does not get to the handler.
  EXPECT_EQ(outcome.out, "before, child, child's handler, parent, parent's handler, ");
}
SKEIN_SCENARIO(handlers) {
  std::atexit([] { std::fputs("parent's handler, ", stdout); });
  std::fputs("before, ", stdout);
  auto p = context_of_scenario().Process([] {
    std::fputs("child, ", stdout);
    std::atexit([] { std::fputs("child's handler, ", stdout); });
    std::exit(0);  // NOLINT(concurrency-mt-unsafe)
  });
  p.start();
  p.join();
  std::fputs("parent, ", stdout);
  return p.exitcode().value_or(99);
}

// ---- P22 ----

TEST_P(ProcessFaults, P22_StartTwiceJoinUnstartedCloseRunningUseAfterClose) {
  const Mailbox box;
  auto p = context().Process([](const Mailbox& mine) { static_cast<void>(mine.wait(0)); }, box);
  EXPECT_THROW(p.join(), AssertionError);
  p.start();
  EXPECT_THROW(p.start(), AssertionError);
  EXPECT_THROW(p.close(), skein::ValueError);
  box.set(0);
  p.join();
  p.close();
  EXPECT_THROW(p.join(), skein::ValueError);
  EXPECT_THROW(p.start(), skein::ValueError);
  EXPECT_THROW(static_cast<void>(p.sentinel()), skein::ValueError);
}

TEST_P(ProcessFaults, P22_OfManyStartersOneWins) {
  for (int round = 0; round < skein::testing::repeat(20); ++round) {
    const Mailbox box;
    auto p = context().Process([](const Mailbox& mine) { mine.add(0); }, box);
    std::atomic<int> won{0};
    std::vector<threading::Thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        try {
          p.start();
          ++won;
        } catch (const AssertionError&) {
        }
      });
    }
    for (auto& thread : threads) thread.start();
    for (auto& thread : threads) thread.join();
    p.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(box.get(0), 1U);
  }
}

// ---- P23 ----

TEST_P(ProcessFaults, P23_EightJoinersAllLearnTheExitCode) {
  for (int round = 0; round < skein::testing::repeat(30); ++round) {
    const Mailbox box;
    auto p = context().Process(
        [](const Mailbox& mine) {
          static_cast<void>(mine.wait(0));
          throw SystemExit(7);
        },
        box);
    p.start();
    std::atomic<int> right{0};
    std::vector<threading::Thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        p.join();
        if (p.exitcode() == 7) ++right;
      });
    }
    for (auto& thread : threads) thread.start();
    box.set(0);
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right, 8);
  }
}

// A stranger that waits for every child of the process takes the exit code away. From Linux 6.15 on the kernel says it
// still; before, it is unknown.
bool kernel_knows() {
  int major = 0;
  int minor = 0;
  std::FILE* const file = std::fopen("/proc/sys/kernel/osrelease", "re");
  if (file == nullptr) return false;
  const bool read = std::fscanf(file, "%d.%d", &major, &minor) == 2;  // NOLINT(cert-err34-c)
  std::fclose(file);
  return read && (major > 6 || (major == 6 && minor >= 15));
}

TEST_P(ProcessFaults, P23_AStrangerThatReapsIsNoHang) {
  const auto outcome = run_scenario("stranger", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
}
SKEIN_SCENARIO(stranger) {
  std::atomic<bool> stop{false};
  threading::Thread stranger([&stop] {
    while (!stop) {
      while (::waitpid(-1, nullptr, WNOHANG) > 0) {
      }
      ::usleep(50);
    }
  });
  stranger.start();
  int wrong = 0;
  for (int i = 0; i < 30; ++i) {
    auto p = context_of_scenario().Process([] { throw SystemExit(7); });
    p.start();
    p.join();
    // It may have come between the start and the first look; then nobody can know.
    if (p.exitcode() != 7 && p.exitcode() != multiprocessing::kUnknownExitCode) ++wrong;
  }
  stop = true;
  stranger.join();
  return wrong;
}

TEST_P(ProcessFaults, P23_IgnoredSigchldIsNoHang) {
  for (const bool old_kernel : {false, true}) {
    const auto outcome = run_scenario(
        "ignores_sigchld", {.environment = {"METHOD=" + GetParam(),
                                            old_kernel ? "SKEIN_FAULT=process.old_kernel=eintr" : "SKEIN_FAULT="}});
    EXPECT_FALSE(outcome.hung) << outcome;
    // The server has its own children, whose codes it reports.
    const bool known = GetParam() == "forkserver" || (kernel_knows() && !old_kernel);
    if (skein::internal::has_fault_points() || !old_kernel) {
      EXPECT_EQ(outcome.status, known ? 7 : multiprocessing::kUnknownExitCode) << outcome;
    }
  }
}
SKEIN_SCENARIO(ignores_sigchld) {
  ::signal(SIGCHLD, SIG_IGN);
  const Mailbox box;
  // It ends when this process knows it; a child that is gone before has left nothing to ask.
  auto p = context_of_scenario().Process(
      [](const Mailbox& mine) {
        static_cast<void>(mine.wait(0));
        throw SystemExit(7);
      },
      box);
  p.start();
  box.set(0);
  p.join();
  return p.exitcode().value_or(99);
}

// ---- P24 ----

TEST_P(ProcessFaults, P24_SignalsGoThroughThePidfd) {
  const auto outcome = run_scenario("signals", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
}
void forbid_signals_by_number() {
  using namespace skein::testing::internal;  // NOLINT(google-build-using-namespace)
  install({load(offsetof(seccomp_data, nr)), jump(BPF_JEQ, SYS_kill, 2, 0), jump(BPF_JEQ, SYS_tkill, 1, 0),
           jump(BPF_JEQ, SYS_tgkill, 0, 1), answer(SECCOMP_RET_KILL_PROCESS)});
}
SKEIN_SCENARIO(signals) {
  forbid_signals_by_number();
  const Mailbox box;
  for (int i = 0; i < 3; ++i) {
    auto p = context_of_scenario().Process(
        [](const Mailbox& mine) {
          mine.set(0);
          for (;;) ::pause();
        },
        box);
    p.start();
    if (!box.wait(0)) return 1;
    if (i == 0) p.terminate();
    if (i == 1) p.kill();
    if (i == 2) p.interrupt();
    p.join();
    const int signal = i == 0 ? SIGTERM : i == 1 ? SIGKILL : SIGINT;
    if (p.exitcode() != -signal) return 2;
    p.terminate();
    box.set(0, 0);
  }
  return 0;
}

// ---- P30 ----

TEST_P(ProcessFaults, P30_AStormOfSignalsBreaksNothing) {
  const skein::testing::SignalStorm storm(::gettid());
  // And where the storm would hardly hit: the calls that find their answer there.
  if (skein::internal::has_fault_points()) {
    skein::internal::arm_faults("server.receive=eintr%50;server.send=eintr%50;process.poll=eintr%50");
  }
  for (int i = 0; i < skein::testing::repeat(20); ++i) {
    auto p = context().Process([] { throw SystemExit(7); });
    p.start();
    p.join();
    EXPECT_EQ(p.exitcode(), 7);
  }
  const Mailbox box;
  auto p = context().Process([](const Mailbox& mine) { static_cast<void>(mine.wait(0)); }, box);
  p.start();
  const auto start = std::chrono::steady_clock::now();
  p.join(0.2);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took.count(), 0.2);
  EXPECT_LT(took.count(), 5);
  EXPECT_TRUE(p.is_alive());
  box.set(0);
  p.join();
  EXPECT_GT(storm.hits(), 50);
  if (skein::internal::has_fault_points()) skein::internal::arm_faults("");
}

// ---- P36 ----

TEST_P(ProcessFaults, P36_ChildrenOfChildrenAreAllowedButToDaemons) {
  const Mailbox box;
  auto p = context().Process(
      [](const Mailbox& mine) {
        multiprocessing::Process child(
            [](const Mailbox& its) {
              multiprocessing::Process grandchild([](const Mailbox& own) { own.add(0); }, its);
              grandchild.start();
              grandchild.join();
              its.add(0);
            },
            mine);
        child.start();
        child.join();
        multiprocessing::Process daemon(
            {.daemon = true},
            [](const Mailbox& its) {
              multiprocessing::Process never([] {});
              try {
                never.start();
              } catch (const AssertionError&) {
                its.add(1);
              }
            },
            mine);
        daemon.start();
        daemon.join();
      },
      box);
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 0);
  EXPECT_EQ(box.get(0), 2U);
  EXPECT_EQ(box.get(1), 1U);
}

}  // namespace
