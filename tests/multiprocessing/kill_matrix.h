// One cell of the kill matrix: a process is killed at a fault point, and those that share the primitive with it go on.
#ifndef SKEIN_TESTS_MULTIPROCESSING_KILL_MATRIX_H_
#define SKEIN_TESTS_MULTIPROCESSING_KILL_MATRIX_H_

#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/core/spin.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "multiprocessing/processes.h"

namespace skein::testing {

// What happens around one kill. Everything but `before` and `after` runs in processes of its own.
struct Scene {
  std::function<void()> before = {};  // Before anybody begins.
  std::function<void()> victim = {};  // Repeated until it is killed.
  std::vector<std::function<bool()>> survivors =
      {};                                  // Each repeated, in a process of its own. False: not as it should be.
  std::function<bool()> after = {};        // When all have gone on: whether all is as it should be.
  std::int64_t cycles = 10;                // So often a survivor must come round after the kill.
  std::int64_t spread = 20;                // The kill comes at one of the first so many passes.
  bool survivors_need_each_other = false;  // So they are killed at the end.
  bool survivors_come_later = false;       // After the kill.
  bool survivors_sleep = false;            // Before the victim begins; what counts is one cycle from then on.
};

struct Cell {
  const char* point;
  const char* others_see;
  Scene (*make)();
};
inline void PrintTo(const Cell& cell, std::ostream* stream) { *stream << cell.point; }

class KillMatrix : public ::testing::TestWithParam<Cell> {
 protected:
  static constexpr double kHang = 5;  // Seconds.

  static void SetUpTestSuite() { static_cast<void>(spin_budget()); }
  // The table, when the executable is run by hand. (Under CTest each cell is a process.)
  static void TearDownTestSuite() {
    std::printf("\n%-26s %6s  %10s  %s\n", "killed at", "kills", "worst ms", "what the others see");
    for (const std::string& row : rows()) std::puts(row.c_str());
  }
  static std::vector<std::string>& rows() {
    static auto* const all = new std::vector<std::string>;
    return *all;
  }

  void run() {
    SKEIN_FORKS();
    if (!internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
    const SharedNames names;
    const std::int64_t descriptors = open_descriptors();
    const std::int64_t kills = nightly() ? 1000 : 20;
    double worst = 0;
    for (std::int64_t i = 0; i < kills && !HasFailure(); ++i) {
      SCOPED_TRACE("kill " + std::to_string(i));
      worst = std::max(worst, kill_once(i));
    }
    EXPECT_TRUE(names.none_is_left());
    EXPECT_LE(open_descriptors(), descriptors + 1);  // One segment is kept for the next small blocks.
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
    std::array<char, 200> row{};
    std::snprintf(row.data(), row.size(), "%-26s %6lld  %10.1f  %s", GetParam().point, static_cast<long long>(kills),
                  worst * 1000, GetParam().others_see);
    rows().emplace_back(row.data());
    std::puts(row.data());
  }

 private:
  struct Progress {
    std::array<Counter, 4> cycles{};
    Counter wrong{0};
    Counter end{0};
  };

  // Seconds from the kill until every survivor has come round.
  double kill_once(std::int64_t round) {
    const Scene scene = GetParam().make();
    Common<Progress> progress;
    if (scene.before) scene.before();
    std::vector<Child> survivors;
    const auto start_survivors = [&] {
      for (std::size_t i = 0; i < scene.survivors.size(); ++i) {
        survivors.emplace_back([&, i] {
          if (round % 2 == 0) set_spin_budget(std::chrono::nanoseconds(0));
          while (progress->end.load() == 0) {
            if (!scene.survivors[i]()) progress->wrong.store(1);
            progress->cycles[i].fetch_add(1);
          }
        });
        if (scene.survivors_sleep) {
          EXPECT_TRUE(survivors.back().sleeps());
        }
      }
    };
    if (!scene.survivors_come_later) start_survivors();
    Child victim([&] {
      if (round % 2 == 0) set_spin_budget(std::chrono::nanoseconds(0));
      internal::arm_faults(std::string(GetParam().point) + "=kill@" +
                           std::to_string(1 + round * 7 % std::max<std::int64_t>(scene.spread, 1)));
      for (;;) scene.victim();
    });
    EXPECT_EQ(victim.wait_for(20), -SIGKILL) << "it never came to the point";
    const double killed = now();
    std::array<std::int64_t, 4> from{};
    if (scene.survivors_come_later) {
      start_survivors();
    } else if (!scene.survivors_sleep) {
      for (std::size_t i = 0; i < from.size(); ++i) from[i] = progress->cycles[i].load();
    }
    const auto all_past = [&](std::int64_t count) {
      for (std::size_t i = 0; i < survivors.size(); ++i) {
        if (progress->cycles[i].load() < from[i] + count) return false;
      }
      return true;
    };
    const auto comes = [&](std::int64_t count, double limit) {
      while (!all_past(count)) {
        if (now() > limit) return false;
        ::usleep(50);
      }
      return true;
    };
    EXPECT_TRUE(comes(1, killed + kHang)) << "a survivor hangs";
    const double seconds = now() - killed;
    EXPECT_TRUE(comes(scene.survivors_sleep ? 1 : scene.cycles, now() + kHang)) << "a survivor hangs";
    progress->end.store(1);
    EXPECT_EQ(progress->wrong.load(), 0) << "a survivor found something amiss";
    if (!scene.survivors_sleep && !scene.survivors_need_each_other) {
      for (Child& survivor : survivors) EXPECT_EQ(survivor.wait_for(kHang), 0) << "a survivor does not end";
    }
    survivors.clear();  // Killed, those who sleep.
    if (scene.after) {
      EXPECT_TRUE(scene.after());
    }
    return seconds;
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_KILL_MATRIX_H_
