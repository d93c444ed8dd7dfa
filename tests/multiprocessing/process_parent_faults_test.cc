// Row P21: the parent is killed; no child outlives it by more than 2 s.
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing.h>
#include <skein/threading.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"

namespace multiprocessing = skein::multiprocessing;
using skein::testing::Mailbox;
using skein::testing::run_scenario;

namespace {

class ProcessParentFaults : public skein::testing::MethodTest {
 protected:
  void SetUp() override {
    MethodTest::SetUp();
    skein::testing::adopt_orphans();
  }
  // The parent is killed at that point of the start; "" : when the child runs.
  void kill_at(const std::string& point, const std::string& more = "") {
    std::string fault = point.empty() ? "" : point + "=kill";
    if (!more.empty()) fault += (fault.empty() ? "" : ";") + more;
    const auto outcome = run_scenario("is_killed", {.environment = {"METHOD=" + GetParam(), "SKEIN_FAULT=" + fault}});
    EXPECT_EQ(outcome.status, -SIGKILL) << "at " << point << ": " << outcome;
    EXPECT_LT(skein::testing::seconds_until_childless(2), 2) << "at " << point;
  }
};
SKEIN_TEST_ALL_METHODS(ProcessParentFaults);

SKEIN_SCENARIO(is_killed) {
  const Mailbox box;
  std::vector<multiprocessing::Process> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(multiprocessing::get_context(std::getenv("METHOD"))
                      .Process(
                          [](const Mailbox& mine) {
                            sigset_t every;
                            ::sigfillset(&every);
                            ::pthread_sigmask(SIG_SETMASK, &every, nullptr);
                            // A child of its own, which must go as well.
                            multiprocessing::Process grandchild(
                                [](const Mailbox& its) {
                                  its.add(0);
                                  for (;;) ::pause();
                                },
                                mine);
                            grandchild.start();
                            mine.add(0);
                            for (;;) ::pause();
                          },
                          box));
    all.back().start();
  }
  if (!box.wait(0, 6)) return 1;
  ::kill(::getpid(), SIGKILL);
  return 2;
}

TEST_P(ProcessParentFaults, P21_WhileTheChildrenRun) { kill_at(""); }

// Where the kernel does not send the signal, a thread does.
TEST_P(ProcessParentFaults, P21_WithAThreadThatWatches) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "needs fault points";
  kill_at("", "child.no_sigio=eintr");
}

TEST_P(ProcessParentFaults, P21_AtEachStepOfTheStart) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "needs fault points";
  std::vector<std::string> points{"process.pipe"};
  if (GetParam() == "fork") {
    points.insert(points.end(), {"fork.before", "fork.parent", "process.made"});
  } else if (GetParam() == "spawn") {
    points.insert(points.end(), {"launch.pack", "launch.file", "spawn.before", "spawn.parent", "process.made"});
  } else {
    points.insert(points.end(), {"launch.pack", "client.start_server", "spawn.before", "process.made", "client.set_up",
                                 "client.ask", "client.asked", "client.answered", "client.told"});
  }
  for (const std::string& point : points) {
    for (const char* const count : {"@1", "@2"}) {
      // The server is started once.
      if (GetParam() == "forkserver" && std::string(count) == "@2" && !point.starts_with("client.a")) continue;
      const auto outcome = run_scenario(
          "is_killed", {.environment = {"METHOD=" + GetParam(), "SKEIN_FAULT=" + point + "=kill" + count}});
      EXPECT_EQ(outcome.status, -SIGKILL) << "at " << point << ": " << outcome;
      EXPECT_LT(skein::testing::seconds_until_childless(2), 2) << "at " << point;
    }
  }
}

// Two that are started at once must not hold each other's lifelines.
TEST_P(ProcessParentFaults, P21_StartedByManyThreadsAtOnce) {
  const auto outcome = run_scenario("starts_by_threads", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_EQ(outcome.status, -SIGKILL) << outcome;
  EXPECT_LT(skein::testing::seconds_until_childless(2), 2);
}
SKEIN_SCENARIO(starts_by_threads) {
  const Mailbox box;
  std::vector<skein::threading::Thread> threads;
  std::vector<multiprocessing::Process> all;
  for (int i = 0; i < 16; ++i) {
    all.push_back(multiprocessing::get_context(std::getenv("METHOD"))
                      .Process(
                          [](const Mailbox& mine) {
                            mine.add(0);
                            for (;;) ::pause();
                          },
                          box));
  }
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&all, t] {
      for (std::size_t i = t; i < all.size(); i += 4) all[i].start();
    });
  }
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  if (!box.wait(0, 16)) return 1;
  ::kill(::getpid(), SIGKILL);
  return 2;
}

// A child that a foreign fork() made without exec does not keep the others alive either.
TEST_P(ProcessParentFaults, P21_BesideAForeignFork) {
  const auto outcome = run_scenario("forks_itself", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_EQ(outcome.status, -SIGKILL) << outcome;
  // The foreign one stays, being nobody's business, until it is killed here.
  const double seconds = [] {
    const auto start = std::chrono::steady_clock::now();
    for (;;) {
      while (::waitpid(-1, nullptr, WNOHANG) > 0) {
      }
      const auto left = skein::testing::children_of(::getpid());
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
      if (left.size() <= 1 || passed.count() > 2) {
        for (const pid_t pid : left) ::kill(pid, SIGKILL);
        return passed.count();
      }
      ::usleep(500);
    }
  }();
  EXPECT_LT(seconds, 2);
  static_cast<void>(skein::testing::seconds_until_childless(2));
}
SKEIN_SCENARIO(forks_itself) {
  const Mailbox box;
  auto p = multiprocessing::get_context(std::getenv("METHOD"))
               .Process(
                   [](const Mailbox& mine) {
                     mine.add(0);
                     for (;;) ::pause();
                   },
                   box);
  p.start();
  if (!box.wait(0)) return 1;
  if (::fork() == 0) {
    for (;;) ::pause();
  }
  ::kill(::getpid(), SIGKILL);
  return 2;
}

}  // namespace
