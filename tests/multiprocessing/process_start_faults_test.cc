// Rows P18, P19, P20, S7: starting a process when something is short, beside threads, and with the right descriptors.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing.h>
#include <skein/threading.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using skein::SystemExit;
using skein::testing::Mailbox;
using skein::testing::open_descriptors;
using skein::testing::run_scenario;
using testing::HasSubstr;

namespace {

class ProcessStartFaults : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(ProcessStartFaults);

multiprocessing::Context context_of_scenario() { return multiprocessing::get_context(std::getenv("METHOD")); }

void limit_descriptors(rlim_t count) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = count;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// ---- P18 ----

TEST_P(ProcessStartFaults, P18_WithoutTheKthDescriptorNothingIsLeft) {
  if (skein::testing::kRepeatPercent < 100) {
    GTEST_SKIP() << "the sanitizer itself needs descriptors, and takes their lack for errors";
  }
  const auto outcome = run_scenario("few_descriptors", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
}
// The limit is such that the first k descriptors that start() opens are there and no more; in the scenario, since a
// sanitizer's own would be short, too.
SKEIN_SCENARIO(few_descriptors) {
  const Mailbox box;
  const auto context = context_of_scenario();
  // The server, if there is one, has its limits from now on.
  {
    auto first = context.Process([] {});
    first.start();
    first.join();
  }
  // No gaps below the limit.
  std::vector<int> before = open_descriptors();
  const auto highest = static_cast<rlim_t>(*std::max_element(before.begin(), before.end()) + 1);
  for (;;) {
    const int filler = ::dup(STDERR_FILENO);
    if (static_cast<rlim_t>(filler) < highest) continue;
    ::close(filler);
    break;
  }
  before = open_descriptors();
  rlimit whole{};
  ::getrlimit(RLIMIT_NOFILE, &whole);
  int failures = 0;
  int successes = 0;
  for (rlim_t k = 0; k < 24; ++k) {
    auto p = context.Process([](const Mailbox& mine) { mine.add(0); }, box);
    limit_descriptors(highest + k);
    bool started = false;
    try {
      p.start();
      started = true;
    } catch (const skein::OSError& error) {
      ++failures;
      if (error.code().value() != EMFILE && error.code().value() != EINVAL && error.code().value() != EBADF) {
        std::fprintf(stderr, "k = %d: %s\n", static_cast<int>(k), error.what());
        return 1;
      }
    }
    limit_descriptors(whole.rlim_cur);
    if (started) {
      p.join();
      // A child that has too few for itself fails by itself.
      if (p.exitcode() == 0) ++successes;
      p.close();
    } else {
      if (p.pid().has_value() || p.is_alive()) return 2;
      if (!multiprocessing::active_children().empty()) return 3;
    }
    // The fork server may be a new one, or none for the moment.
    const auto now = open_descriptors().size();
    if (now > before.size() || (now < before.size() && context.get_start_method() != "forkserver")) {
      std::fprintf(stderr, "k = %d: %d descriptors instead of %d\n", static_cast<int>(k),
                   static_cast<int>(open_descriptors().size()), static_cast<int>(before.size()));
      return 4;
    }
  }
  // The failed ones have run nothing.
  if (box.get(0) != static_cast<std::uint32_t>(successes)) return 5;
  return failures >= 2 && successes >= 3 ? 0 : 6;
}

// Whatever is thrown wherever in start(), nothing is left, and it may be tried again.
TEST_P(ProcessStartFaults, P18_AnErrorAtAnyStepLeavesNothing) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "needs fault points";
  const auto outcome = run_scenario("throws_at_each_step", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
}
SKEIN_SCENARIO(throws_at_each_step) {
  const auto context = context_of_scenario();
  const std::string method = context.get_start_method();
  std::vector<std::string> points{"process.pipe"};
  if (method == "fork") {
    points.insert(points.end(), {"fork.before", "fork.parent", "process.made"});
  } else if (method == "spawn") {
    points.insert(points.end(), {"launch.pack", "launch.file", "spawn.before", "spawn.parent", "process.made"});
  } else {
    points.insert(points.end(), {"launch.pack", "client.start_server", "spawn.before", "process.made", "client.set_up",
                                 "client.ask", "client.asked", "client.answered", "client.told"});
  }
  for (const std::string& point : points) {
    const std::vector<int> before = open_descriptors();
    const std::size_t children = skein::testing::children_of(::getpid()).size();
    auto p = context.Process([] { throw SystemExit(7); });
    skein::internal::arm_faults(point + "=throw@1");
    bool thrown = false;
    try {
      p.start();
    } catch (const skein::internal::FaultError&) {
      thrown = true;
    }
    skein::internal::arm_faults("");
    // The server is started once.
    const bool again = method == "forkserver" && !before.empty() && children == 1;
    if (!thrown && !again) {
      std::fprintf(stderr, "%s was not reached\n", point.c_str());
      return 1;
    }
    if (thrown) {
      if (open_descriptors().size() > before.size() || skein::testing::children_of(::getpid()).size() > children ||
          !multiprocessing::active_children().empty()) {
        std::fprintf(stderr, "%s left something\n", point.c_str());
        return 2;
      }
      p.start();
    }
    p.join();
    if (p.exitcode() != 7) return 3;
  }
  return 0;
}

// ---- P19 ----

TEST_P(ProcessStartFaults, P19_NoMoreProcessesIsAnErrorAndMayBeTriedAgain) {
  const auto outcome = run_scenario("no_more_processes", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
}
SKEIN_SCENARIO(no_more_processes) {
  // The limit does not hold for root.
  if (::getuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0 || ::prctl(PR_SET_DUMPABLE, 1) != 0)) return 10;
  const auto context = context_of_scenario();
  const auto set_limit = [](const rlimit& limit) {
    ::setrlimit(RLIMIT_NPROC, &limit);
    // Of the fork server too.
    for (const pid_t child : skein::testing::children_of(::getpid())) ::prlimit(child, RLIMIT_NPROC, &limit, nullptr);
  };
  rlimit whole{};
  ::getrlimit(RLIMIT_NPROC, &whole);
  {
    auto first = context.Process([] {});
    first.start();
    first.join();
    if (first.exitcode() != 0) return 1;
  }
  auto p = context.Process([] { throw SystemExit(7); });
  const std::size_t before = open_descriptors().size();
  set_limit({0, whole.rlim_max});
  try {
    p.start();
    return 2;
  } catch (const skein::OSError& error) {
    if (error.code().value() != EAGAIN) return 3;
  }
  if (open_descriptors().size() != before) return 4;
  set_limit(whole);
  p.start();
  p.join();
  return p.exitcode() == 7 ? 0 : 5;
}

// ---- P20 ----

TEST_P(ProcessStartFaults, P20_EightAllocatingThreadsWhileManyAreStarted) {
  const auto outcome = run_scenario("beside_threads", {.environment = {"METHOD=" + GetParam()}, .limit = 28});
  EXPECT_TRUE(outcome.good()) << outcome;
  // A fork of a process with threads is never silent; the others are no such forks.
  if (GetParam() == "fork") {
    EXPECT_THAT(outcome.err, HasSubstr("is multi-threaded, use of fork() may lead to deadlocks in the child"));
    EXPECT_THAT(outcome.err, HasSubstr("freeze_support(argc, argv)"));
    EXPECT_EQ(outcome.err.find("multi-threaded"), outcome.err.rfind("multi-threaded")) << "more than once";
  } else {
    EXPECT_EQ(outcome.err, "");
  }
}
SKEIN_SCENARIO(beside_threads) {
  std::atomic<bool> stop{false};
  std::vector<threading::Thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&stop] {
      for (std::size_t size = 1; !stop; size = size % 5000 + 7) {
        const std::unique_ptr<std::string> text = std::make_unique<std::string>(size, 'x');
        if (text->size() != size) std::abort();
      }
    });
    threads.back().start();
  }
  const auto context = context_of_scenario();
  const std::string method = context.get_start_method();
  int failed = 0;
  // A thousand in the long form. With eight busy threads on two processors each waits for its turn.
  for (int i = 0; i < skein::testing::repeat(method == "spawn" ? 30 : 60, 1000); ++i) {
    auto p = context.Process(
        [](const std::vector<int>& numbers) {
          const std::vector<int> copy(numbers);
          throw SystemExit(static_cast<int>(copy.size()));
        },
        std::vector<int>(9));
    p.start();
    p.join();
    if (p.exitcode() != 9) ++failed;
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  return failed == 0 ? 0 : 1;
}

TEST(ProcessStartFaults, P20_TheDefaultBesideThreadsIsNoFork) {
  EXPECT_EQ(multiprocessing::get_start_method(), "forkserver");  // main has called freeze_support().
  EXPECT_THAT(multiprocessing::get_all_start_methods(), testing::ElementsAre("forkserver", "fork", "spawn"));
}

// ---- S7 ----

// Standard ones, the lifeline, and the box: the memory and its descriptor.
TEST_P(ProcessStartFaults, S7_AChildHasTheDescriptorsOfAListAlone) {
  // Of the program itself: not close-on-exec, and not where a child's own descriptors go.
  std::array<int, 2> open{};
  ASSERT_EQ(::pipe(open.data()), 0);
  for (int& end : open) {
    const int moved = ::fcntl(end, F_DUPFD, 100);
    ASSERT_GE(moved, 100);
    ::close(std::exchange(end, moved));
  }
  const Mailbox box;
  const Mailbox others;
  // With fork it has what the program itself has open, too.
  const std::vector<int> ours = GetParam() == "fork" ? open_descriptors() : std::vector<int>();
  // Siblings, whose lifelines it must not hold.
  std::vector<multiprocessing::Process> siblings;
  for (int i = 0; i < 3; ++i) {
    siblings.push_back(context().Process([](const Mailbox& mine) { static_cast<void>(mine.wait(9)); }, others));
    siblings.back().start();
  }
  auto p = context().Process(
      [](const Mailbox& mine, const std::vector<int>& known) {
        std::uint32_t pipes = 0;
        for (const int number : open_descriptors()) {
          if (number <= STDERR_FILENO || std::count(known.begin(), known.end(), number) != 0) continue;
          std::array<char, 64> target{};
          const std::string link = "/proc/self/fd/" + std::to_string(number);
          if (::readlink(link.c_str(), target.data(), target.size() - 1) < 0) continue;
          const std::string name = target.data();
          if (name.starts_with("pipe:")) {
            ++pipes;
          } else if (name.starts_with("/memfd:skein")) {
            mine.add(1);
          } else {
            std::fprintf(stderr, "the child has %s\n", name.c_str());
            mine.add(2);  // A pidfd, a socket, an epoll.
          }
        }
        mine.set(0, pipes);
        std::array<char, 64> target{};
        static_cast<void>(!::readlink("/proc/self/fd/0", target.data(), target.size() - 1));
        mine.set(3, std::string(target.data()) == "/dev/null" ? 1 : 2);
      },
      box, ours);
  p.start();
  p.join();
  others.set(9);
  for (auto& sibling : siblings) sibling.join();
  ::close(open[0]);
  ::close(open[1]);
  EXPECT_EQ(p.exitcode(), 0);
  EXPECT_EQ(box.get(0), 1U);
  // The segment, and with the others one that a Mailbox made before it was filled.
  EXPECT_LE(box.get(1), 2U);
  EXPECT_EQ(box.get(2), 0U);
  EXPECT_EQ(box.get(3), 1U);
}

// A mask of the starting thread is not the child's, or terminate() would do nothing.
TEST_P(ProcessStartFaults, AChildCanBeTerminatedWhateverTheStarterBlocks) {
  if (GetParam() == "fork") GTEST_SKIP() << "a forked child is a copy, its mask too";
  sigset_t every;
  sigset_t before;
  ::sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  const Mailbox box;
  auto p = context().Process(
      [](const Mailbox& mine) {
        mine.set(0);
        for (;;) ::pause();
      },
      box);
  p.start();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(box.wait(0));
  p.terminate();
  p.join(10);
  EXPECT_EQ(p.exitcode(), -SIGTERM);
  if (p.is_alive()) p.kill();
  p.join();
}

}  // namespace
