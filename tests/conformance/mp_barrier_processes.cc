// mp_barrier_processes.cc - mp_barrier_processes.py, line by line.
#include <skein/multiprocessing.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;
using skein::threading::BrokenBarrierError;

namespace {

void meet(const multiprocessing::Barrier& barrier, const multiprocessing::Queue<std::int64_t>& places) {
  for (int i = 0; i < 3; ++i) {
    places.put(barrier.wait());
  }
  try {
    barrier.wait();
  } catch (const BrokenBarrierError&) {
    places.put(-1);
  }
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> all) {
  std::ranges::sort(all);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto barrier = context.Barrier(3);
    auto places = context.Queue<std::int64_t>();
    std::vector<multiprocessing::Process> children;
    for (int i = 0; i < 2; ++i) {
      children.push_back(context.Process(meet, barrier, places));
    }
    for (auto& child : children) {
      child.start();
    }
    for (int i = 0; i < 3; ++i) {
      const std::int64_t mine = barrier.wait();
      print{method, "places:", sorted({mine, places.get(), places.get()})};
    }
    barrier.abort();
    print{"aborted:", places.get(), places.get(), barrier.broken(), barrier.parties()};
    for (auto& child : children) {
      child.join();
    }
    std::vector<std::int64_t> codes;
    for (auto& child : children) {
      codes.push_back(*child.exitcode());
    }
    print{"exit codes:", codes};
  }
}
