// Contexts, start methods, the logger, cpu_count(), and what happens at the end of a process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <climits>
#include <concepts>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "cpu_count.h"
#include "multiprocessing/descendants.h"
#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"

namespace multiprocessing = skein::multiprocessing;
using skein::testing::Mailbox;
using skein::testing::run_scenario;
using testing::ElementsAre;

namespace {

TEST(ContextTest, TheDefaultIsSetOnce) {
  const auto outcome = run_scenario("sets_the_default");
  EXPECT_TRUE(outcome.good()) << outcome;
}
SKEIN_SCENARIO(sets_the_default) {
  if (multiprocessing::get_start_method(true).has_value()) return 1;
  try {
    multiprocessing::set_start_method("nonsense");
    return 2;
  } catch (const skein::ValueError& error) {
    if (std::string(error.what()) != "cannot find context for 'nonsense'") return 3;
  }
  multiprocessing::set_start_method("spawn");
  try {
    multiprocessing::set_start_method("fork");
    return 4;
  } catch (const skein::RuntimeError& error) {
    if (std::string(error.what()) != "context has already been set") return 5;
  }
  multiprocessing::set_start_method("fork", {.force = true});
  if (multiprocessing::get_start_method() != "fork") return 6;
  multiprocessing::set_start_method(skein::None, {.force = true});
  if (multiprocessing::get_start_method({.allow_none = true}).has_value()) return 7;
  return multiprocessing::get_context().get_start_method() == "forkserver" ? 0 : 8;
}

TEST(ContextTest, AContextIsOneMethod) {
  const multiprocessing::Context context = multiprocessing::get_context("spawn");
  EXPECT_EQ(context.get_start_method(), "spawn");
  EXPECT_EQ(context.get_context(), context);
  EXPECT_EQ(context.get_context("fork"), multiprocessing::get_context("fork"));
  EXPECT_THROW(context.set_start_method("fork"), skein::ValueError);
  EXPECT_THROW(static_cast<void>(multiprocessing::get_context("nonsense")), skein::ValueError);
  EXPECT_THAT(context.Process([] {}).name(), testing::StartsWith("SpawnProcess-"));
  EXPECT_THAT(multiprocessing::get_context("fork").Process([] {}).name(), testing::StartsWith("ForkProcess-"));
  EXPECT_EQ(context.current_process(), multiprocessing::current_process());
}

TEST(ContextTest, MakesTheModulesObjects) {
  const multiprocessing::Context context = multiprocessing::get_context("spawn");
  const multiprocessing::Lock lock = context.Lock();
  EXPECT_TRUE(lock.acquire(false));
  EXPECT_FALSE(context.Condition(lock).acquire(false));
  EXPECT_TRUE(context.Condition(context.RLock()).acquire(false));
  EXPECT_TRUE(context.Condition().acquire(false));
  EXPECT_FALSE(context.Event().is_set());
  EXPECT_EQ(context.Semaphore().get_value(), 1);
  EXPECT_EQ(context.Semaphore({.value = 3}).get_value(), 3);
  EXPECT_THROW(context.BoundedSemaphore(2).release(), skein::ValueError);
  EXPECT_THROW(context.BoundedSemaphore({.value = 2}).release(), skein::ValueError);
  EXPECT_EQ(context.Barrier(3).parties(), 3);
  EXPECT_THROW(context.Barrier(2, {.timeout = 0}).wait(), skein::threading::BrokenBarrierError);
  bool ran = false;
  context.Barrier(1, [&ran] { ran = true; }).wait();
  EXPECT_TRUE(ran);
  EXPECT_TRUE(context.Pipe().first.writable());
  EXPECT_FALSE(context.Pipe(false).first.writable());
  EXPECT_FALSE(context.Pipe({.duplex = false}).first.writable());
  EXPECT_EQ(context.Queue<int>().maxsize(), 0);
  EXPECT_EQ(context.Queue<int>({.maxsize = 3}).maxsize(), 3);
  EXPECT_EQ(context.JoinableQueue<int>(2).maxsize(), 2);
  EXPECT_THROW(context.JoinableQueue<int>({.maxsize = 2}).task_done(), skein::ValueError);
  EXPECT_TRUE(context.SimpleQueue<int>().empty());
  EXPECT_EQ(context.RawValue<int>(4).value(), 4);
  EXPECT_EQ(context.Value<int>().value(), 0);
  EXPECT_EQ((context.Value<int, multiprocessing::Lock>(5, {.lock = lock}).get_lock()), lock);
  EXPECT_EQ(context.RawArray<int>(3).size(), 3U);
  EXPECT_THAT(context.RawArray<int>({1, 2}), ElementsAre(1, 2));
  EXPECT_THAT(context.Array<int>({1, 2}).slice(), ElementsAre(1, 2));
  EXPECT_EQ((context.Array<char, multiprocessing::Lock>("text", {.lock = lock}).get_lock()), lock);
  EXPECT_THROW(static_cast<void>(context.Array<int>(2, {.lock = false}).get_lock()), skein::TypeError);
}

// ---- the logger ----

class LoggerTest : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(LoggerTest);

TEST_P(LoggerTest, WritesLevelsAndNames) {
  const auto outcome = run_scenario("logs", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_EQ(outcome.status, 0) << outcome;
  EXPECT_EQ(outcome.err,
            "bare\n"
            "[WARNING/MainProcess] heard\n"
            "[Level 25/MainProcess] heard too\n"
            "[INFO/Child] child process calling self.run()\n"
            "[INFO/Child] from the child\n"
            "[INFO/Child] process exiting with exitcode 0\n"
            "[INFO/Child] process shutting down\n"
            "[INFO/MainProcess] process shutting down\n");
}
SKEIN_SCENARIO(logs) {
  const multiprocessing::Logger logger = multiprocessing::get_logger();
  logger.info("not heard");
  logger.warning("bare");
  multiprocessing::log_to_stderr();
  logger.info("not heard");
  logger.warning("heard");
  multiprocessing::get_logger().setLevel(multiprocessing::logging::INFO);
  logger.debug("not heard");
  logger.log(multiprocessing::SUBWARNING, "heard too");
  auto p = multiprocessing::get_context(std::getenv("METHOD")).Process({.name = "Child"}, [] {
    multiprocessing::get_logger().info("from the child");
  });
  p.start();
  p.join();
  return p.exitcode().value_or(99);
}

TEST(LogTest, HasOneLevelAndWritesOnceForEachCall) {
  namespace logging = multiprocessing::logging;
  const multiprocessing::Logger logger = multiprocessing::get_logger();
  EXPECT_EQ(logger.getEffectiveLevel(), logging::WARNING);
  multiprocessing::get_logger().setLevel(logging::ERROR);
  EXPECT_FALSE(logger.isEnabledFor(logging::WARNING));
  testing::internal::CaptureStderr();
  EXPECT_EQ(multiprocessing::log_to_stderr(), logger);
  EXPECT_EQ(logger.getEffectiveLevel(), logging::ERROR);
  multiprocessing::log_to_stderr(logging::DEBUG);
  logger.debug("two handlers");
  multiprocessing::log_to_stderr({.level = logging::INFO});
  logger.debug("not heard");
  multiprocessing::log_to_stderr(skein::None).info("four");
  EXPECT_EQ(logger.getEffectiveLevel(), logging::INFO);
  const std::string two = "[DEBUG/MainProcess] two handlers\n";
  const std::string four = "[INFO/MainProcess] four\n";
  EXPECT_EQ(testing::internal::GetCapturedStderr(), two + two + four + four + four + four);
  logger.setLevel(logging::NOTSET);
}

// ---- objects of contexts ----

class ContextObjectsTest : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(ContextObjectsTest);

TEST_P(ContextObjectsTest, ThoseOfOneContextServeTheProcessesOfAnother) {
  for (const std::string other : {"fork", "spawn", "forkserver"}) {
    const auto maker = multiprocessing::get_context(other);
    const multiprocessing::Queue<int> q = maker.Queue<int>();
    const multiprocessing::Lock lock = maker.Lock();
    lock.acquire();
    auto p = context().Process(
        [](const multiprocessing::Queue<int>& items, const multiprocessing::Lock& mine) {
          items.put(mine.acquire(false) ? 1 : 2);
          mine.release();
        },
        q, lock);
    p.start();
    p.join();
    EXPECT_EQ(p.exitcode(), 0);
    EXPECT_EQ(q.get_nowait(), 2);
    EXPECT_FALSE(lock.locked());
  }
}

// ---- the end ----

class ProcessExitTest : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(ProcessExitTest);

TEST_P(ProcessExitTest, DaemonsAreTerminatedAndOthersJoinedAtTheEnd) {
  skein::testing::adopt_orphans();
  for (const std::string way : {"returns", "exits"}) {
    const auto outcome = run_scenario("ends", {.environment = {"METHOD=" + GetParam(), "WAY=" + way}});
    EXPECT_EQ(outcome.status, 5) << outcome;
    EXPECT_EQ(outcome.out, "joined\n");
    EXPECT_LT(skein::testing::seconds_until_childless(2), 2);
  }
}
SKEIN_SCENARIO(ends) {
  const Mailbox box;
  const auto context = multiprocessing::get_context(std::getenv("METHOD"));
  auto daemon = context.Process(
      {.daemon = true},
      [](const Mailbox& mine) {
        mine.add(0);
        for (;;) ::pause();
      },
      box);
  daemon.start();
  {
    auto worker = context.Process(
        [](const Mailbox& mine) {
          mine.add(0);
          static_cast<void>(!::write(STDOUT_FILENO, "joined\n", 7));
        },
        box);
    worker.start();
  }
  if (!box.wait(0, 1)) return 1;
  if (std::string(std::getenv("WAY")) == "exits") std::exit(5);  // NOLINT(concurrency-mt-unsafe)
  return 5;
}

TEST_P(ProcessExitTest, SentinelsBecomeReadyAtTheEnd) {
  const Mailbox box;
  auto p = context().Process([](const Mailbox& mine) { static_cast<void>(mine.wait(0)); }, box);
  p.start();
  pollfd watched{.fd = p.sentinel(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&watched, 1, 0), 0);
  box.set(0);
  EXPECT_EQ(::poll(&watched, 1, 10'000), 1);
  EXPECT_EQ(p.exitcode(), 0);  // At once.
}

// ---- errors ----

TEST(ErrorsTest, AreOneFamilyAndNotTheBuiltInOne) {
  EXPECT_THROW(throw multiprocessing::TimeoutError("late"), multiprocessing::ProcessError);
  EXPECT_THROW(throw multiprocessing::BufferTooShort("message"), multiprocessing::ProcessError);
  EXPECT_STREQ(multiprocessing::ProcessError("text").what(), "text");
  EXPECT_STREQ(multiprocessing::TimeoutError().what(), "");
  EXPECT_FALSE((std::derived_from<multiprocessing::TimeoutError, skein::TimeoutError>));
}

// ---- cpu_count() ----

TEST(CpuCountTest, CountsWhatTheAffinityAllows) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(before), &before), 0);
  EXPECT_GE(multiprocessing::cpu_count(), 1);
  EXPECT_LE(multiprocessing::cpu_count(), CPU_COUNT(&before));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (unsigned i = 0; i < CPU_SETSIZE; ++i) {
    if (!CPU_ISSET(i, &before)) continue;
    CPU_SET(i, &one);
    break;
  }
  ASSERT_EQ(::sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(multiprocessing::cpu_count(), 1);
  ASSERT_EQ(::sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST(CpuCountTest, MindsTheQuotasOfBothKindsOfCgroups) {
  namespace fs = std::filesystem;
  const fs::path root = fs::temp_directory_path() / ("skein-cgroup-" + std::to_string(::getpid()));
  const auto put = [&root](const std::string& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  };
  const auto count = [&root] {
    return multiprocessing::internal::quota_in_processors((root / "list").string(), (root / "fs").string());
  };
  put("list", "0::/a/b\n");
  EXPECT_EQ(count(), INT_MAX);
  put("fs/a/b/cpu.max", "max 100000\n");
  EXPECT_EQ(count(), INT_MAX);
  put("fs/a/b/cpu.max", "350000 100000\n");
  EXPECT_EQ(count(), 4);
  put("fs/a/cpu.max", "150000 100000\n");
  EXPECT_EQ(count(), 2);
  put("fs/cpu.max", "10000 100000\n");
  EXPECT_EQ(count(), 1);
  fs::remove_all(root / "fs");
  put("list", "5:memory:/m\n4:cpu,cpuacct:/a\n");
  put("fs/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n");
  put("fs/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(count(), INT_MAX);
  put("fs/cpu,cpuacct/a/cpu.cfs_quota_us", "300000\n");
  EXPECT_EQ(count(), 3);
  fs::remove_all(root);
}

}  // namespace
