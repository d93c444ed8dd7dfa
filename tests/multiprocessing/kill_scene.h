// The kill matrix of the primitives: one process is killed at a fault point, while others use what it uses.
#ifndef SKEIN_TESTS_MULTIPROCESSING_KILL_SCENE_H_
#define SKEIN_TESTS_MULTIPROCESSING_KILL_SCENE_H_

#include <gtest/gtest.h>
#include <skein/core/spin.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "multiprocessing/kill_matrix.h"
#include "multiprocessing/processes.h"

namespace skein::testing {

// What happens around one kill. Everything but `before` and `after` runs in processes of its own.
struct Scene {
  std::function<void()> before = {};  // Before anybody begins.
  Doom victim = {};                   // What it does it repeats until it is killed.
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
  bool fork_alone = false;  // What it needs cannot be given to other processes.
};
// A cell with one start method.
struct KillOf {
  Cell cell;
  std::string method;
};
inline void PrintTo(const KillOf& kill, std::ostream* stream) { *stream << kill.cell.point << ", " << kill.method; }

// Each cell with each start method that it is for.
inline std::vector<KillOf> kills_of(const std::vector<Cell>& cells) {
  std::vector<KillOf> all;
  for (const Cell& cell : cells) {
    for (const char* const method : {"fork", "spawn", "forkserver"}) {
      if (!cell.fork_alone || std::string_view(method) == "fork") all.push_back({cell, method});
    }
  }
  return all;
}
inline std::string kill_name(const ::testing::TestParamInfo<KillOf>& info) {
  std::string name = info.param.cell.point + std::string("_") + info.param.method;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

inline void linger_us(std::int64_t us) { ::usleep(static_cast<useconds_t>(us)); }

class KillMatrix : public Kills, public ::testing::WithParamInterface<KillOf> {
 protected:
  void SetUp() override { begin(GetParam().method); }

  static void run() {
    // So that the few kills of the slower methods come at other passes.
    const std::int64_t first = GetParam().method == "fork" ? 0 : GetParam().method == "spawn" ? 1 : 2;
    Kills::run("others go on", {GetParam().cell.point}, [first](const std::string&, std::int64_t number) {
      const double seconds = kill_once(first + number);
      return Seen{GetParam().cell.others_see, seconds};
    });
  }

 private:
  struct Turns {
    std::array<Counter, 4> cycles{};
    Counter wrong{0};
    Counter end{0};
  };

  // Seconds from the kill until every survivor has come round.
  static double kill_once(std::int64_t round) {
    const Scene scene = GetParam().cell.make();
    Common<Turns> turns;
    if (scene.before) scene.before();
    std::vector<Child> survivors;
    const auto start_survivors = [&] {
      for (std::size_t i = 0; i < scene.survivors.size(); ++i) {
        survivors.emplace_back([&, i] {
          if (round % 2 == 0) set_spin_budget(std::chrono::nanoseconds(0));
          while (turns->end.load() == 0) {
            if (!scene.survivors[i]()) turns->wrong.store(1);
            turns->cycles[i].fetch_add(1);
          }
        });
        if (scene.survivors_sleep) {
          EXPECT_TRUE(survivors.back().sleeps());
        }
      }
    };
    if (!scene.survivors_come_later) start_survivors();
    Victim victim(scene.victim, Orders{.faults = GetParam().cell.point + std::string("=kill@") +
                                                 std::to_string(1 + round * 7 % scene.spread),
                                       .spins = round % 2 != 0});
    EXPECT_EQ(victim.wait(), -SIGKILL) << "it never came to the point";
    const double killed = now();
    std::array<std::int64_t, 4> from{};
    if (scene.survivors_come_later) {
      start_survivors();
    } else if (!scene.survivors_sleep) {
      for (std::size_t i = 0; i < from.size(); ++i) from[i] = turns->cycles[i].load();
    }
    const auto all_past = [&](std::int64_t count) {
      for (std::size_t i = 0; i < survivors.size(); ++i) {
        if (turns->cycles[i].load() < from[i] + count) return false;
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
    EXPECT_TRUE(comes(1, killed + kLimit)) << "a survivor hangs";
    const double seconds = now() - killed;
    EXPECT_TRUE(comes(scene.survivors_sleep ? 1 : scene.cycles, now() + kLimit)) << "a survivor hangs";
    turns->end.store(1);
    EXPECT_EQ(turns->wrong.load(), 0) << "a survivor found something amiss";
    if (!scene.survivors_sleep && !scene.survivors_need_each_other) {
      for (Child& survivor : survivors) EXPECT_EQ(survivor.wait(kLimit), 0) << "a survivor does not end";
    }
    survivors.clear();  // Killed, those who sleep.
    if (scene.after) {
      EXPECT_TRUE(scene.after());
    }
    return seconds;
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_KILL_SCENE_H_
