// active_children.cc - active_children.py, line by line.
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

void work(int read, int write) {
  ::close(write);
  char one = 0;
  static_cast<void>(!::read(read, &one, 1));
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& p : multiprocessing::active_children()) all.push_back(p.name());
  std::sort(all.begin(), all.end());
  return all;
}

void child(const std::vector<std::string>& of_the_parent) { print{of_the_parent, names()}; }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  auto context = multiprocessing::get_context("fork");
  print{names()};
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return 1;
  std::vector<multiprocessing::Process> processes;
  for (int i = 0; i < 3; ++i) {
    processes.push_back(context.Process({.name = "p" + std::to_string(i)}, work, ends[0], ends[1]));
  }
  print{names()};
  for (auto& process : processes) {
    process.start();
    print{names()};
  }
  const auto active = multiprocessing::active_children();
  print{std::find(active.begin(), active.end(), processes[0]) != active.end()};
  auto one = context.Process({.name = "asks"}, child, names());
  one.start();
  one.join();
  print{names()};
  processes[1].kill();
  processes[1].join();
  print{names()};
  processes[2].kill();
  // Those that have ended leave by being looked at.
  while (processes[2].is_alive()) {
  }
  print{names()};
  // One that nobody holds is in it.
  processes.clear();
  print{names()};
  ::close(ends[1]);
  for (const auto& process : multiprocessing::active_children()) process.join();
  print{names()};
}
