// mp_barrier_broken.cc - mp_barrier_broken.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing/barrier.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::Forked;
using conformance::in_process;
using conformance::outcome;
using conformance::print;
using conformance::until;

int main() {
  multiprocessing::Barrier barrier(3);
  const auto wait = [&] { return barrier.wait(); };

  const auto one_waits = [&] {
    auto child = std::make_unique<Forked>(wait);
    until([&] { return barrier.n_waiting() == 1; });
    return child;
  };

  auto child = one_waits();
  print{"a timeout:", outcome([&] { return barrier.wait(0.02); }), child->said(), barrier.broken(),
        barrier.n_waiting()};
  print{"from then on:", outcome(wait), in_process(wait)};
  print{"reset:", outcome([&] { barrier.reset(); }), barrier.broken()};
  print{"no time at all:", outcome([&] { return barrier.wait(0); }), barrier.broken()};
  barrier.reset();
  print{"less:", outcome([&] { return barrier.wait(-1); }), barrier.broken()};
  barrier.reset();

  child = one_waits();
  print{"abort:", in_process([&] { barrier.abort(); }), child->said(), barrier.broken()};
  barrier.reset();
  child = one_waits();
  print{"reset with one inside:", in_process([&] { barrier.reset(); }), child->said(), barrier.broken()};
  std::deque<Forked> children;
  for (int i = 0; i < 3; ++i) children.emplace_back(wait);
  std::vector<std::string> indices;
  for (Forked& one : children) indices.push_back(one.said());
  std::ranges::sort(indices);
  print{"mended:", indices, barrier.broken()};

  const auto fails = [] { throw skein::ValueError("no"); };

  barrier = multiprocessing::Barrier(2, fails);
  child = one_waits();
  print{"an action that raises:", outcome(wait), child->said(), barrier.broken()};

  barrier = multiprocessing::Barrier(2, {.timeout = 0.02});
  print{"the barrier's own timeout:", outcome(wait), barrier.broken()};
  barrier.reset();
  child = std::make_unique<Forked>([&] { return barrier.wait(20); });
  until([&] { return barrier.n_waiting() == 1; });
  print{"another one:", barrier.wait(), child->said()};
}
