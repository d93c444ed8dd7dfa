// Every step of the three start methods, killed: what the user sees, and how soon. SKEIN_NIGHTLY: 1000 times a cell.
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/mailbox.h"
#include "multiprocessing/processes.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace multiprocessing = skein::multiprocessing;
using skein::testing::Mailbox;
using skein::testing::run_scenario;

namespace {

// What may come of it. The server's death is not the child's: the start is tried again.
enum class Sees { kKilled, kDone, kDoneOrRefused };

struct Cell {
  const char* point;
  const char* methods;  // f, s, F: fork, spawn, forkserver.
  Sees sees;
};

// The points that are reached in the child or in the server; those of the parent are row P21's.
constexpr std::array kCells{
    Cell{"fork.child", "f", Sees::kKilled},         Cell{"freeze_support.begin", "s", Sees::kKilled},
    Cell{"spawn.reached", "s", Sees::kKilled},      Cell{"child.waits", "F", Sees::kKilled},
    Cell{"child.unpack", "sF", Sees::kKilled},      Cell{"child.run", "fsF", Sees::kKilled},
    Cell{"child.end", "fsF", Sees::kKilled},        Cell{"server.request", "F", Sees::kDoneOrRefused},
    Cell{"server.fork", "F", Sees::kDoneOrRefused}, Cell{"server.forked", "F", Sees::kDoneOrRefused},
    Cell{"server.report", "F", Sees::kDone},
};

std::string name_of(char method) { return method == 'f' ? "fork" : method == 's' ? "spawn" : "forkserver"; }

class ProcessKillMatrix : public testing::TestWithParam<char> {
 protected:
  void SetUp() override {
    SKEIN_FORKS();
    if (!skein::internal::has_fault_points()) GTEST_SKIP() << "needs fault points";
    skein::testing::adopt_orphans();
    names_.emplace();
    std::printf("%-22s %-10s %6s  %-40s %s\n", "point", "method", "kills", "what the user sees", "worst ms");
  }
  // Also after a skip.
  void TearDown() override {
    if (names_.has_value()) {
      EXPECT_TRUE(names_->none_is_left());
    }
  }

 private:
  std::optional<skein::testing::SharedNames> names_;
};
INSTANTIATE_TEST_SUITE_P(Methods, ProcessKillMatrix, testing::Values('f', 's', 'F'),
                         [](const testing::TestParamInfo<char>& given) { return name_of(given.param); });

TEST_P(ProcessKillMatrix, TheChildAndTheServer) {
  const char method = GetParam();
  for (const Cell& cell : kCells) {
    if (std::string_view(cell.methods).find(method) == std::string_view::npos) continue;
    // Each server dies the second time; a child always.
    const std::string fault = std::string(cell.point) + (cell.sees == Sees::kKilled ? "=kill" : "=kill@2");
    const auto outcome =
        run_scenario("cell", {.environment = {"METHOD=" + name_of(method), std::string("CELL=") + cell.point,
                                              "SKEIN_FAULT=" + (method == 'f' ? std::string() : fault),
                                              "FAULT=" + fault, "SKEIN_FAULT_SEED=11"},
                              .limit = skein::testing::nightly() ? 600.0 : 25.0});
    EXPECT_TRUE(outcome.good()) << cell.point << ", " << name_of(method) << ": " << outcome;
    std::printf("%-22s %-10s %s", cell.point, name_of(method).c_str(), outcome.out.c_str());
    EXPECT_LT(skein::testing::seconds_until_childless(2), 2) << cell.point;
  }
}

// The steps of the parent, at which it is killed itself: what is left of its children, and for how long.
constexpr std::array kParentCells{
    Cell{"process.pipe", "fsF", Sees::kKilled},      Cell{"process.made", "fsF", Sees::kKilled},
    Cell{"fork.before", "f", Sees::kKilled},         Cell{"fork.parent", "f", Sees::kKilled},
    Cell{"launch.pack", "sF", Sees::kKilled},        Cell{"launch.file", "s", Sees::kKilled},
    Cell{"spawn.before", "sF", Sees::kKilled},       Cell{"spawn.parent", "s", Sees::kKilled},
    Cell{"client.start_server", "F", Sees::kKilled}, Cell{"client.set_up", "F", Sees::kKilled},
    Cell{"client.ask", "F", Sees::kKilled},          Cell{"client.asked", "F", Sees::kKilled},
    Cell{"client.answered", "F", Sees::kKilled},     Cell{"client.told", "F", Sees::kKilled},
};
// The fork server's own start, killed every time: start() says that it does not work.
constexpr std::array kServerStartCells{"server.reached", "server.ready"};
// Points that only pretend something (a signal, a short write, an old kernel) are no steps to be killed at:
// "process.poll" "process.old_kernel" "child.no_sigio" "server.send" "server.receive" "launch.write" "launch.read".

TEST_P(ProcessKillMatrix, TheParent) {
  const char method = GetParam();
  const auto kills = static_cast<int>(skein::testing::repeat(20, 1000));
  for (const Cell& cell : kParentCells) {
    if (std::string_view(cell.methods).find(method) == std::string_view::npos) continue;
    double worst = 0;
    for (int i = 0; i < kills; ++i) {
      const auto outcome = run_scenario(
          "parent_cell",
          {.environment = {"METHOD=" + name_of(method), std::string("SKEIN_FAULT=") + cell.point + "=kill"}});
      EXPECT_EQ(outcome.status, -SIGKILL) << cell.point << ": " << outcome;
      worst = std::max(worst, skein::testing::seconds_until_childless(2));
    }
    EXPECT_LT(worst, 2) << cell.point;
    std::printf("%-22s %-10s %6d  %-40s %.1f\n", cell.point, name_of(method).c_str(), kills, "children gone",
                worst * 1000);
  }
}
SKEIN_SCENARIO(parent_cell) {
  const Mailbox box;
  auto p = multiprocessing::get_context(std::getenv("METHOD"))
               .Process(
                   [](const Mailbox& mine) {
                     mine.set(0);
                     for (;;) ::pause();
                   },
                   box);
  p.start();
  return box.wait(0) ? 1 : 2;
}

TEST_P(ProcessKillMatrix, TheServersStart) {
  if (GetParam() != 'F') GTEST_SKIP() << "there is no server";
  for (const char* const point : kServerStartCells) {
    const auto outcome =
        run_scenario("server_start_cell", {.environment = {std::string("SKEIN_FAULT=") + point + "=kill"}});
    EXPECT_TRUE(outcome.good()) << point << ": " << outcome;
    std::printf("%-22s %-10s %6d  %-40s %.1f\n", point, "forkserver", 1, "RuntimeError", outcome.seconds * 1000);
  }
}
SKEIN_SCENARIO(server_start_cell) {
  auto p = multiprocessing::get_context("forkserver").Process([] {});
  try {
    p.start();
    return 1;
  } catch (const skein::RuntimeError&) {
  }
  return skein::testing::children_of(::getpid()).empty() ? 0 : 2;
}

SKEIN_SCENARIO(cell) {
  const std::string method = std::getenv("METHOD");
  const std::string point = std::getenv("CELL");
  const Cell* const cell =
      std::find_if(kCells.begin(), kCells.end(), [&point](const Cell& one) { return point == one.point; });
  if (method == "fork") skein::internal::arm_faults(std::getenv("FAULT"));
  const auto context = multiprocessing::get_context(method);
  const Mailbox box;
  std::map<std::string, int> seen;
  double worst = 0;
  const auto kills = static_cast<int>(skein::testing::repeat(20, 1000));
  std::uint32_t done = 0;
  std::size_t descriptors = 0;
  for (int i = 0; i < kills; ++i) {
    const auto start = std::chrono::steady_clock::now();
    {
      auto p = context.Process([](const Mailbox& mine) { mine.add(0); }, box);
      try {
        p.start();
        p.join(5);
        const std::optional<int> code = p.exitcode();
        if (!code.has_value()) return 1;  // A hang.
        if (*code == 0) ++done;
        ++seen["exit code " + std::to_string(*code)];
        if (cell->sees == Sees::kKilled && *code != -SIGKILL) return 2;
        if (cell->sees != Sees::kKilled && *code != 0 && *code != multiprocessing::kUnknownExitCode) return 3;
      } catch (const skein::RuntimeError&) {
        ++seen["RuntimeError"];
        if (cell->sees != Sees::kDoneOrRefused) return 4;
      }
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    worst = std::max(worst, took.count());
    if (took.count() > 5000) return 5;
    if (!multiprocessing::active_children().empty()) return 6;
    // Of a server that has just died and one that is there: the latter has three more.
    const std::size_t now = skein::testing::open_descriptors().size();
    if (i == 0) descriptors = now;
    if (now > descriptors + (method == "forkserver" ? 3 : 0)) return 7;
  }
  if (cell->sees != Sees::kKilled && box.get(0) < done) return 8;
  if (cell->sees == Sees::kKilled && point != "child.end" && box.get(0) != 0) return 9;
  std::string text;
  for (const auto& [what, count] : seen) text += (text.empty() ? "" : ", ") + what + " x" + std::to_string(count);
  std::printf("%6d  %-40s %.1f\n", kills, text.c_str(), worst);
  return 0;
}

}  // namespace
