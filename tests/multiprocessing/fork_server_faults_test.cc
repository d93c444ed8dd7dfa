// Rows P41, S3: the fork server dies, and who may talk to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace multiprocessing = skein::multiprocessing;
using skein::SystemExit;
using skein::testing::children_of;
using skein::testing::Mailbox;
using skein::testing::run_scenario;

namespace {

class ForkServerFaults : public testing::Test {
 protected:
  void SetUp() override { SKEIN_FORKS(); }
};

multiprocessing::Context context() { return multiprocessing::get_context("forkserver"); }

// The one child of this process, once a process was started by it.
pid_t server() {
  const std::vector<pid_t> children = children_of(::getpid());
  return children.size() == 1 ? children[0] : -1;
}

int exit_code_of_one(int code) {
  auto p = context().Process([](int its) { throw SystemExit(its); }, code);
  p.start();
  p.join();
  return p.exitcode().value_or(99);
}

TEST_F(ForkServerFaults, P41_AKilledServerIsReplaced) {
  for (int i = 0; i < skein::testing::repeat(20); ++i) {
    EXPECT_EQ(exit_code_of_one(7), 7);
    const pid_t pid = server();
    ASSERT_GT(pid, 0);
    EXPECT_EQ(exit_code_of_one(8), 8);
    EXPECT_EQ(server(), pid);  // Still the same.
    ::kill(pid, SIGKILL);
    EXPECT_EQ(exit_code_of_one(9), 9);
    EXPECT_NE(server(), pid);
  }
}

TEST_F(ForkServerFaults, P41_TheChildrenOfAKilledServerGoOnAndAreJoined) {
  for (const bool old_kernel : {false, true}) {
    if (old_kernel && !skein::internal::has_fault_points()) continue;
    const auto outcome = run_scenario("server_dies", {.environment = {old_kernel ? "OLD_KERNEL=1" : "OLD_KERNEL="}});
    EXPECT_TRUE(outcome.good()) << outcome;
  }
}
SKEIN_SCENARIO(server_dies) {
  const bool old_kernel = *std::getenv("OLD_KERNEL") != '\0';
  if (old_kernel) skein::internal::arm_faults("process.old_kernel=eintr");
  skein::testing::adopt_orphans();  // As an init would; but nobody waits for them for a while.
  const Mailbox box;
  auto p = context().Process(
      [](const Mailbox& mine) {
        mine.set(0);
        static_cast<void>(mine.wait(1));
        throw SystemExit(7);
      },
      box);
  p.start();
  if (!box.wait(0)) return 1;
  ::kill(server(), SIGKILL);
  p.join(0.2);
  if (!p.is_alive()) return 2;  // It is the server that is dead.
  if (p.exitcode().has_value()) return 3;
  box.set(1);
  p.join(10);
  if (p.is_alive()) return 4;
  // Nobody reports it. The kernel knows once somebody has waited for it.
  const int code = p.exitcode().value_or(99);
  if (code != 7 && code != multiprocessing::kUnknownExitCode) return 5;
  if (old_kernel && skein::internal::has_fault_points() && code != multiprocessing::kUnknownExitCode) return 6;
  return exit_code_of_one(9) == 9 ? 0 : 7;
}

// Kills the server at each step of each request; no start hangs, and nothing runs twice.
TEST_F(ForkServerFaults, P41_KilledAtEachRequest) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "needs fault points";
  for (const char* const point : {"server.request", "server.fork", "server.forked", "server.report"}) {
    const auto outcome = run_scenario("server_killed_at_times",
                                      {.environment = {std::string("SKEIN_FAULT=") + point + "=kill@2"}, .limit = 28});
    EXPECT_TRUE(outcome.good()) << point << ": " << outcome;
  }
}
SKEIN_SCENARIO(server_killed_at_times) {
  const Mailbox box;
  std::uint32_t started = 0;
  int refused = 0;
  for (int i = 0; i < 25; ++i) {
    auto p = context().Process([](const Mailbox& mine) { mine.add(0); }, box);
    try {
      p.start();
    } catch (const skein::RuntimeError&) {  // Three servers died.
      ++refused;
      continue;
    }
    ++started;
    p.join();
    if (!p.exitcode().has_value()) return 1;
  }
  std::fprintf(stderr, "%u started, %d refused, %u ran\n", started, refused, box.get(0));
  return box.get(0) == started && started >= 10 ? 0 : 2;
}

TEST_F(ForkServerFaults, P41_AStoppedServerIsReplacedWhenTimeIsUp) {
  const auto outcome = run_scenario("server_is_stopped", {.environment = {"SKEIN_START_TIMEOUT=0.5"}});
  EXPECT_TRUE(outcome.good()) << outcome;
}
SKEIN_SCENARIO(server_is_stopped) {
  if (exit_code_of_one(7) != 7) return 1;
  ::kill(server(), SIGSTOP);
  return exit_code_of_one(8) == 8 ? 0 : 2;
}

// In ticks of the clock.
long processor_time(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text, ')');
  std::getline(file, text);
  std::istringstream fields(text);
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return user + system;
}

// A child that has ended is off its mind, though its process still has the pidfd.
TEST_F(ForkServerFaults, TheServerSleepsWhenNobodyAsks) {
  auto p = context().Process([] {});
  p.start();
  p.join();
  ASSERT_GT(server(), 0);
  const long before = processor_time(server());
  ::usleep(400'000);
  EXPECT_LT(processor_time(server()) - before, 10);
}

void preload_for_test() {
  if (::setenv("SKEIN_PRELOADED", "yes", 1) != 0) std::abort();  // NOLINT(concurrency-mt-unsafe)
}
void preload_that_throws() { throw std::runtime_error("on purpose"); }

TEST_F(ForkServerFaults, PreloadedFunctionsRunInTheServer) {
  const auto outcome = run_scenario("preloads");
  EXPECT_EQ(outcome.status, 0) << outcome;
  EXPECT_EQ(outcome.err, "skein: a preload function of the fork server threw std::runtime_error: on purpose\n");
}
SKEIN_SCENARIO(preloads) {
  multiprocessing::set_forkserver_preload({preload_that_throws, preload_for_test});
  for (int i = 0; i < 2; ++i) {
    auto p = context().Process([] { throw SystemExit(std::getenv("SKEIN_PRELOADED") != nullptr ? 7 : 1); });
    p.start();
    p.join();
    if (p.exitcode() != 7) return 1;
  }
  return std::getenv("SKEIN_PRELOADED") == nullptr ? 0 : 2;
}

TEST_F(ForkServerFaults, OnlyANewServerCallsWhatIsPreloaded) {
  const auto exit_code = [] {
    auto p = context().Process([] { throw SystemExit(std::getenv("SKEIN_PRELOADED") != nullptr ? 7 : 1); });
    p.start();
    p.join();
    return p.exitcode();
  };
  ASSERT_EQ(exit_code(), 1);
  multiprocessing::set_forkserver_preload({preload_for_test});
  EXPECT_EQ(exit_code(), 1);
  EXPECT_THROW(multiprocessing::set_forkserver_preload({preload_for_test, nullptr}), skein::ValueError);
  ::kill(server(), SIGKILL);
  EXPECT_EQ(exit_code(), 7);
  multiprocessing::set_forkserver_preload({});
  ::kill(server(), SIGKILL);
  EXPECT_EQ(exit_code(), 1);
}

TEST_F(ForkServerFaults, MoreDescriptorsThanOneMessageHolds) {
  const auto outcome = run_scenario("many_descriptors");
  EXPECT_TRUE(outcome.good()) << outcome;
}
SKEIN_SCENARIO(many_descriptors) {
  // Boxes in segments of their own.
  std::vector<Mailbox> boxes(2000);
  auto p = context().Process(
      [](const std::vector<Mailbox>& mine, const std::string& text) {
        for (const Mailbox& one : mine) one.add(0);
        throw SystemExit(text.size() == 3'000'000 ? 7 : 1);
      },
      boxes, std::string(3'000'000, 'x'));
  p.start();
  p.join();
  if (p.exitcode() != 7) return 1;
  for (const Mailbox& one : boxes) {
    if (one.get(0) != 1) return 2;
  }
  return 0;
}

// No name that another user could connect to: the inodes of the server's sockets have none in /proc/net/unix.
TEST_F(ForkServerFaults, S3_TheServersSocketHasNoName) {
  ASSERT_EQ(exit_code_of_one(7), 7);
  std::set<std::string> named;
  std::ifstream file("/proc/net/unix");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::array<std::string, 8> field;
    for (std::string& one : field) fields >> one;
    if (!field[7].empty()) named.insert(field[6]);
  }
  int sockets = 0;
  for (const pid_t pid : {::getpid(), server()}) {
    for (const int number : skein::testing::open_descriptors(pid)) {
      std::array<char, 64> target{};
      const std::string link = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(number);
      if (::readlink(link.c_str(), target.data(), target.size() - 1) < 0) continue;
      const std::string name = target.data();
      if (!name.starts_with("socket:[")) continue;
      if (pid == server()) {
        ++sockets;
        EXPECT_FALSE(named.contains(name.substr(8, name.size() - 9)));
      }
    }
  }
  EXPECT_EQ(sockets, 1);
}

TEST_F(ForkServerFaults, TheServerEndsWithItsProcess) {
  skein::testing::adopt_orphans();
  const std::size_t before = children_of(::getpid()).size();  // This process's own server.
  const auto outcome = run_scenario("leaves_normally");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(children_of(::getpid()).size(), before);  // By the time that its process is gone, so is the server.
}
SKEIN_SCENARIO(leaves_normally) { return exit_code_of_one(7) == 7 ? 0 : 1; }

}  // namespace
