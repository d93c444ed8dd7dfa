// Rows P2, P9, P10, P25, P36, for Pool: workers that die, what cannot travel, workers that are replaced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>
#include <skein/pickle.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <ranges>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "multiprocessing/pool_calls.h"
#include "testing/repeat.h"

namespace multiprocessing = skein::multiprocessing;
namespace pickle = skein::pickle;
using multiprocessing::Pool;
using multiprocessing::RemoteError;
using multiprocessing::WorkerLost;
using skein::testing::error_of;
using skein::testing::Mailbox;
using skein::testing::repeat;
using skein::testing::share;
using skein::testing::square;
using skein::testing::stay_at;
using skein::testing::worker_pid;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class PoolFaults : public skein::testing::ThreadedMethodTest {};
SKEIN_TEST_ALL_METHODS(PoolFaults);

// ---- P2 ----

TEST_P(PoolFaults, P2_TheCallOfAKilledWorkerIsLostAndNoOther) {
  for (int round = 0; round < repeat(10); ++round) {
    const Mailbox box;
    auto pool = context().Pool({.processes = 2}, share, box);
    const auto victim = pool.apply_async(stay_at, 1);
    const auto other = pool.apply_async(stay_at, 2);
    std::vector<multiprocessing::AsyncResult<int>> behind;
    for (int i = 0; i < 50; ++i) behind.push_back(pool.apply_async(square, i));
    ASSERT_TRUE(box.wait(1));
    ASSERT_TRUE(box.wait(2));
    const auto pid = static_cast<int>(box.get(1));
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    try {
      victim.get(20);
      FAIL() << "it has a result";
    } catch (const WorkerLost& lost) {
      EXPECT_EQ(lost.pid(), pid);
      EXPECT_EQ(lost.exit_code(), -SIGKILL);
    }
    box.set(0);
    EXPECT_EQ(other.get(20), 2);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(behind[static_cast<std::size_t>(i)].get(20), i * i);
  }
}

int square_or_die(int x) {
  if (x == 5) ::raise(SIGKILL);
  return x * x;
}

TEST_P(PoolFaults, P2_AMapLosesTheChunkAndAnImapThePlace) {
  auto pool = context().Pool(2);
  const auto mapped = pool.map_async(square_or_die, std::views::iota(0, 20), 1);
  EXPECT_THROW(mapped.get(20), WorkerLost);
  auto it = pool.imap(square_or_die, std::views::iota(0, 20));
  for (int i = 0; i < 20; ++i) {
    if (i == 5) {
      EXPECT_THROW(it.next(20), WorkerLost);
    } else {
      EXPECT_EQ(it.next(20), i * i);
    }
  }
  EXPECT_EQ(it.next(20), std::nullopt);
  EXPECT_THAT(pool.map(square, std::views::iota(0, 4)), ElementsAre(0, 1, 4, 9));
}

// Killed while nobody gives it anything: nothing is lost.
TEST_P(PoolFaults, P2_AnIdleWorkerThatIsKilledIsReplaced) {
  auto pool = context().Pool(1);
  int before = pool.apply(worker_pid);
  for (int round = 0; round < repeat(10); ++round) {
    ASSERT_EQ(::kill(before, SIGKILL), 0);
    const auto results = pool.map_async([](int) { return worker_pid(); }, std::views::iota(0, 10), 1);
    // The first may have been given to it before anybody knew.
    int after = 0;
    try {
      after = results.get(20).back();
    } catch (const WorkerLost&) {
      after = pool.apply(worker_pid);
    }
    EXPECT_NE(after, before);
    before = after;
  }
}

TEST_P(PoolFaults, P2_EveryWayToEndIsReported) {
  auto pool = context().Pool(1);
  const auto ends = [&](auto function) {
    try {
      pool.apply(function);
    } catch (const WorkerLost& lost) {
      return lost.exit_code();
    }
    return -1000;
  };
  EXPECT_EQ(ends([] { ::_exit(3); }), 3);
  EXPECT_EQ(ends([] { std::exit(4); }), 4);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(ends([] {
              ::signal(SIGABRT, SIG_DFL);
              std::abort();
            }),
            -SIGABRT);
  EXPECT_EQ(ends([] { ::raise(SIGKILL); }), -SIGKILL);
  EXPECT_EQ(pool.apply(square, 3), 9);
}

// ---- P9 ----

class Registered : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
const bool g_registered = pickle::register_exception<Registered>();

class Unregistered : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Its own codec lets it down.
class Unwritable : public std::runtime_error {
 public:
  Unwritable() : std::runtime_error("unwritable") {}
  template <class Archive>
  void save(Archive& /*archive*/) const {
    throw std::logic_error("cannot be written");
  }
  template <class Archive>
  void load(Archive& /*archive*/) {}
};
const bool g_unwritable = pickle::register_exception<Unwritable>();

class Unreadable : public std::runtime_error {
 public:
  Unreadable() : std::runtime_error("unreadable") {}
  template <class Archive>
  void save(Archive& /*archive*/) const {}
  template <class Archive>
  void load(Archive& /*archive*/) {
    throw std::logic_error("cannot be read");
  }
};
const bool g_unreadable = pickle::register_exception<Unreadable>();

int throws(int kind) {
  switch (kind) {
    case 0:
      throw Registered("zero");
    case 1:
      throw Unregistered("one");
    case 2:
      throw Unwritable();
    case 3:
      throw Unreadable();
    case 4:
      throw 4;
    case 5:
      throw skein::SystemExit(5);
    default:
      return kind;
  }
}

TEST_P(PoolFaults, P9_ExceptionsThatCannotTravelHarmNobody) {
  EXPECT_TRUE(g_registered && g_unwritable && g_unreadable);
  auto pool = context().Pool(2);
  EXPECT_THROW(pool.apply(throws, 0), Registered);
  const std::vector<std::string> types{"Unregistered", "Unwritable", "Unreadable", "int"};
  for (int kind = 1; kind <= 4; ++kind) {
    try {
      pool.apply(throws, kind);
      ADD_FAILURE() << kind << " throws nothing";
    } catch (const RemoteError& error) {
      EXPECT_THAT(error.type_name(), HasSubstr(types[static_cast<std::size_t>(kind) - 1]));
    }
  }
  EXPECT_ANY_THROW(pool.apply(throws, 5));
  EXPECT_THROW(pool.map(throws, std::array{9, 0}, 1), Registered);
  EXPECT_THAT(pool.map(throws, std::array{6, 7, 8}), ElementsAre(6, 7, 8));
}

// ---- P10 ----

// Throws at one of the steps of a call: it is written, read, and as the result written and read.
class Fragile {
 public:
  Fragile() = default;
  explicit Fragile(int step) : step_(step) {}

  template <class Archive>
  void save(Archive& archive) const {
    if (passed_ + 1 == step_) throw skein::ValueError("step " + std::to_string(step_));
    archive(step_, passed_ + 1);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(step_, passed_);
    if (++passed_ == step_) throw skein::ValueError("step " + std::to_string(step_));
  }
  [[nodiscard]] int passed() const { return passed_; }

 private:
  int step_ = 0;  // 1 to 4; 0: never.
  int passed_ = 0;
};

Fragile back(const Fragile& given) { return given; }

TEST_P(PoolFaults, P10_WhatCannotBeWrittenOrReadIsThatCallsFailure) {
  auto pool = context().Pool(2);
  for (int step = 1; step <= 4; ++step) {
    const std::string why = "step " + std::to_string(step);
    const auto before = pool.apply_async(back, Fragile());
    bool told = false;
    const auto failed =
        pool.apply_async({.error_callback = [&](const std::exception_ptr&) { told = true; }}, back, Fragile(step));
    const auto after = pool.apply_async(back, Fragile());
    EXPECT_THAT(error_of([&] { return failed.get(20); }), HasSubstr(why));
    EXPECT_TRUE(told);
    EXPECT_EQ(before.get(20).passed(), 4);
    EXPECT_EQ(after.get(20).passed(), 4);

    const std::vector<Fragile> some{Fragile(), Fragile(step), Fragile()};
    EXPECT_THAT(error_of([&] { return pool.map(back, some, 1); }), HasSubstr(why));
    for (const bool ordered : {true, false}) {
      auto it = ordered ? pool.imap(back, some) : pool.imap_unordered(back, some);
      int good = 0;
      int bad = 0;
      for (int i = 0; i < 3; ++i) {
        error_of([&] { return it.next(20); }).empty() ? ++good : ++bad;
      }
      EXPECT_EQ(good, 2);
      EXPECT_EQ(bad, 1);
      EXPECT_FALSE(it.next(20).has_value());
    }
  }
}

// ---- P25 ----

TEST_P(PoolFaults, P25_WorkersAreReplacedWithABacklog) {
  const auto calls = GetParam() == "spawn" ? repeat(15, 200) : repeat(100, 1000);
  for (const int workers : {1, 4}) {
    for (const int lifetime : {1, 2, 3, 4, 5, 7}) {
      auto pool = context().Pool({.processes = workers, .maxtasksperchild = lifetime});
      std::vector<multiprocessing::AsyncResult<int>> results;
      for (std::int64_t i = 0; i < calls; ++i) results.push_back(pool.apply_async(worker_pid));
      std::map<int, int> lives;
      for (const auto& result : results) ++lives[result.get(25)];
      for (const auto& [pid, count] : lives) EXPECT_LE(count, lifetime);
      if (workers == 1) {
        EXPECT_EQ(static_cast<std::int64_t>(lives.size()), (calls + lifetime - 1) / lifetime);
      }
      pool.close();
      pool.join();
    }
  }
}

// The last worker's life ends with the last call, when the pool is closed already.
TEST_P(PoolFaults, P25_TheLastCallIsAlsoTheLastOfItsWorker) {
  for (int round = 0; round < repeat(10); ++round) {
    auto pool = context().Pool({.processes = 2, .maxtasksperchild = 1});
    const auto result = pool.map_async(square, std::views::iota(0, 6), 1);
    pool.close();
    pool.join();
    EXPECT_THAT(result.get(0), ElementsAre(0, 1, 4, 9, 16, 25));
  }
}

// ---- P36 ----

int pool_in_a_worker(const std::string& method) {
  return multiprocessing::get_context(method).Pool(1).apply(square, 3);
}
int process_in_a_worker(const std::string& method) {
  auto process = multiprocessing::get_context(method).Process([] {});
  process.start();
  return 0;
}

TEST_P(PoolFaults, P36_AWorkerMayHaveNoChildren) {
  auto pool = context().Pool(1);
  for (const std::string method : {"fork", "spawn", "forkserver"}) {
    for (auto* const function : {pool_in_a_worker, process_in_a_worker}) {
      EXPECT_THROW(pool.apply(function, method), multiprocessing::AssertionError);
      EXPECT_EQ(error_of([&] { return pool.apply(function, method); }),
                "daemonic processes are not allowed to have children");
    }
  }
  EXPECT_EQ(pool.apply(square, 3), 9);
}

}  // namespace
