// Rows P1, P9, P10, P25, P29 and P36 of the table of faults, as futures::ProcessPoolExecutor meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/futures.h>
#include <skein/multiprocessing.h>
#include <skein/pickle.h>
#include <skein/process_pool.h>
#include <skein/threading.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "process_pool/pools.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

using multiprocessing::RemoteError;
using ::testing::HasSubstr;

class ProcessPoolFaults : public ProcessPoolTest {};

// ---- P1: a worker is killed in the middle of a call ----

// The pool breaks while submit() starts a worker: that one ends as well.
TEST_P(ProcessPoolFaults, P1_AWorkerThatIsStartedMeanwhileIsNotLeft) {
  if (!internal::has_fault_points()) GTEST_SKIP() << "needs fault points";
  if (GetParam() == "fork") GTEST_SKIP() << "its workers are started all at once";
  for (int round = 0; round < 3; ++round) {
    internal::arm_faults("engine.started=sleep:300@2");
    {
      futures::ProcessPoolExecutor executor(of(2));
      executor.submit(block, 2 * round);
      threading::Thread killer([&] {
        while (multiprocessing::active_children().size() < 2) std::this_thread::yield();
        executor.kill_workers();
      });
      killer.start();
      try {
        static_cast<void>(executor.submit(block, 2 * round));  // Starts the second one, slowly.
      } catch (const futures::BrokenProcessPool&) {
      }
      killer.join();
    }
    internal::arm_faults("");
    EXPECT_THAT(multiprocessing::active_children(), ::testing::IsEmpty());
  }
}

TEST_P(ProcessPoolFaults, P1_AKilledWorkerBreaksThePool) {
  for (int round = 0; round < 5; ++round) {
    futures::ProcessPoolExecutor executor(of(2));
    auto blocked = executor.submit(block, 2 * round);
    auto killed = executor.submit(die_by, SIGKILL);
    std::vector<futures::Future<int>> others;
    bool refused = false;
    for (int i = 0; i < 50 && !refused; ++i) {
      try {
        others.push_back(executor.submit(twice, i));
      } catch (const futures::BrokenProcessPool& error) {
        EXPECT_STREQ(error.what(), kRefuses);
        refused = true;
      }
    }
    EXPECT_EQ(text_of<futures::BrokenProcessPool>([&] { return blocked.result(10); }), kBroken);
    try {
      static_cast<void>(killed.result(10));
      ADD_FAILURE() << "the call was killed, and has a result";
    } catch (const futures::BrokenProcessPool& error) {
      EXPECT_STREQ(error.what(), kBroken);
      EXPECT_THAT(error.cause(), HasSubstr("SIGKILL"));
    }
    for (std::size_t i = 0; i < others.size(); ++i) {
      const auto error = others[i].exception(10);  // There is one, or it was through before.
      if (error != nullptr) continue;
      EXPECT_EQ(others[i].result(), 2 * static_cast<int>(i));
    }
    try {
      static_cast<void>(executor.submit(twice, 1));
      ADD_FAILURE() << "a broken pool takes calls";
    } catch (const futures::process::BrokenProcessPool& error) {
      EXPECT_STREQ(error.what(), kRefuses);
      EXPECT_THAT(error.cause(), HasSubstr("SIGKILL"));
    }
  }
}

TEST_P(ProcessPoolFaults, P1_AWorkerThatLeavesBreaksThePoolToo) {
  futures::ProcessPoolExecutor executor(of(1));
  auto left = executor.submit([] { ::_exit(3); });
  try {
    left.result(10);
    ADD_FAILURE() << "the worker left, and there is a result";
  } catch (const futures::BrokenProcessPool& error) {
    EXPECT_THAT(error.cause(), HasSubstr("exit code 3"));
  }
}

// ---- P9: exceptions that cannot travel as themselves ----

class Unknown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
struct NoException {
  int number;
};
class Unsavable : public std::runtime_error {
 public:
  explicit Unsavable(const std::string& text = "") : std::runtime_error(text) {}
  template <class Archive>
  void save(Archive& /*archive*/) const {
    throw ValueError("cannot be saved");
  }
  template <class Archive>
  void load(Archive& /*archive*/) {}
};
class Unloadable : public std::runtime_error {
 public:
  explicit Unloadable(const std::string& text = "") : std::runtime_error(text) {}
  template <class Archive>
  void save(Archive& archive) const {
    archive(1);
  }
  template <class Archive>
  void load(Archive& /*archive*/) {
    throw ValueError("cannot be loaded");
  }
};
[[maybe_unused]] const bool g_known =
    pickle::register_exception<Unsavable>() && pickle::register_exception<Unloadable>();

int throw_kind(int kind) {
  switch (kind) {
    case 0:
      throw Unknown("unknown");
    case 1:
      throw 42;
    case 2:
      throw NoException{1};
    case 3:
      throw Unsavable("unsavable");
    case 4:
      throw Unloadable("unloadable");
    default:
      throw "a text";
  }
}

TEST_P(ProcessPoolFaults, P9_AnExceptionThatCannotTravelHarmsNobody) {
  futures::ProcessPoolExecutor executor(of(1));
  const std::vector<std::string> says{"Unknown: unknown", "int", "NoException", "unsavable", "unloadable", "char"};
  const int worker = executor.submit(pid).result();
  for (int kind = 0; kind < 6; ++kind) {
    auto call = executor.submit(throw_kind, kind);
    EXPECT_THAT(text_of<RemoteError>([&] { return call.result(10); }), HasSubstr(says[static_cast<std::size_t>(kind)]))
        << kind;
    EXPECT_EQ(executor.submit(pid).result(10), worker) << kind;
  }
}

// ---- P10: what cannot be packed or unpacked ----

// Fails at the step that `mode` names, in this process or in a worker.
struct Brittle {
  enum Mode : int { kFine, kFailsToSave, kFailsToLoad };
  int mode = kFine;

  template <class Archive>
  void save(Archive& archive) const {
    if (mode == kFailsToSave) throw ValueError("cannot be saved");
    archive(mode);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(mode);
    if (mode == kFailsToLoad) throw ValueError("cannot be loaded");
  }
};
int mode_of(const Brittle& brittle) { return brittle.mode; }
Brittle make_brittle(int mode) { return {.mode = mode}; }

TEST_P(ProcessPoolFaults, P10_WhatCannotBePackedOrUnpackedIsAnErrorOfItsOwnCall) {
  futures::ProcessPoolExecutor executor(of(1));
  const int worker = executor.submit(pid).result();
  auto before = executor.submit(twice, 1);
  // The argument, here and there.
  EXPECT_THAT(text_of<std::exception>([&] { return executor.submit(mode_of, Brittle{.mode = Brittle::kFailsToSave}); }),
              HasSubstr("cannot be saved"));
  EXPECT_THAT(text_of<std::exception>(
                  [&] { return executor.submit(mode_of, Brittle{.mode = Brittle::kFailsToLoad}).result(10); }),
              HasSubstr("cannot be loaded"));
  // The result, there and here.
  for (const int mode : {Brittle::kFailsToSave, Brittle::kFailsToLoad}) {
    EXPECT_THAT(text_of<std::exception>([&] { return executor.submit(make_brittle, mode).result(10); }),
                HasSubstr(mode == Brittle::kFailsToSave ? "cannot be saved" : "cannot be loaded"));
  }
  EXPECT_EQ(before.result(10), 2);
  EXPECT_EQ(executor.submit(pid).result(10), worker);
}

TEST_P(ProcessPoolFaults, P10_AChunkWhoseResultCannotBeReadFails) {
  futures::ProcessPoolExecutor executor(of(1));
  auto mapped = executor.map({.chunksize = 2}, make_brittle, std::vector<int>{0, 0, 0, Brittle::kFailsToLoad});
  int through = 0;
  EXPECT_THAT(text_of<std::exception>([&] {
                for (const Brittle& one : mapped) through += 1 + one.mode;
                return 0;
              }),
              HasSubstr("cannot be loaded"));
  EXPECT_EQ(through, 2);
  EXPECT_EQ(executor.submit(twice, 1).result(10), 2);
}

// ---- P25: workers that are replaced, with a backlog ----

TEST_P(ProcessPoolFaults, P25_ReplacingWorkersLosesNoCall) {
  if (GetParam() == "fork") {  // As in Python, forked workers are not replaced.
    auto options = of(1);
    options.max_tasks_per_child = 1;
    EXPECT_THROW(futures::ProcessPoolExecutor{std::move(options)}, ValueError);
    return;
  }
  const auto calls = static_cast<int>(repeat(200, 1000));
  for (const std::int64_t workers : {1, 4}) {
    for (const std::int64_t share : {1, 2, 3, 4, 5}) {
      auto options = of(workers);
      options.max_tasks_per_child = share;
      futures::ProcessPoolExecutor executor(std::move(options));
      std::vector<futures::Future<int>> all;
      for (int i = 0; i < calls; ++i) all.push_back(executor.submit(pid));
      std::multiset<int> pids;
      for (const auto& one : all) pids.insert(one.result(20));
      for (const int one : pids) EXPECT_LE(pids.count(one), static_cast<std::size_t>(share)) << workers << " " << share;
    }
  }
}

// ---- P29: cancel ----

TEST_P(ProcessPoolFaults, P29_CancelTakesWhatIsQueuedAndNotWhatRuns) {
  futures::ProcessPoolExecutor executor(of(1));
  auto running = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  std::vector<futures::Future<std::uint32_t>> queued;
  for (int i = 0; i < 64; ++i) queued.push_back(executor.submit(count, 5));
  EXPECT_FALSE(running.cancel());
  EXPECT_TRUE(queued.back().cancel());
  EXPECT_TRUE(queued.back().cancelled());
  box_.set(1);
  EXPECT_GT(running.result(10), 0);
  EXPECT_EQ(executor.submit(pid).result(10), running.result());  // The worker lives.
  EXPECT_FALSE(running.cancel());
  EXPECT_EQ(box_.get(5), 63U);
}

// Every call is either run or cancelled: both would be seen in the count.
TEST_P(ProcessPoolFaults, P29_CancelledOrRunNeverBothNeverNeither) {
  futures::ProcessPoolExecutor executor(of(2));
  constexpr std::uint32_t kCalls = 300;
  std::uint32_t cancelled = 0;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    auto call = executor.submit(count, 5);
    auto behind = executor.submit(count, 5);
    cancelled += behind.cancel() ? 1 : 0;
    cancelled += call.cancel() ? 1 : 0;
  }
  executor.shutdown();
  EXPECT_EQ(box_.get(5) + cancelled, 2 * kCalls);
}

// ---- P36: children of workers ----

int in_a_pool_of_its_own(int x) {
  futures::ProcessPoolExecutor inner(1);
  return inner.submit(twice, x).result();
}
int exit_code_of_a_child(int code) {
  multiprocessing::Process child([](int given) { ::_exit(given); }, code);
  child.start();
  child.join();
  return child.exitcode().value_or(-1);
}

TEST_P(ProcessPoolFaults, P36_AWorkerMayHaveChildrenAndAPoolOfItsOwn) {
  futures::ProcessPoolExecutor executor(of(2));
  auto nested = executor.submit(in_a_pool_of_its_own, 21);
  EXPECT_EQ(executor.submit(exit_code_of_a_child, 5).result(20), 5);
  EXPECT_EQ(nested.result(20), 42);
}

SKEIN_TEST_ALL_METHODS(ProcessPoolFaults);

}  // namespace
}  // namespace skein::testing
