// mp_barrier_rounds.cc - mp_barrier_rounds.py, line by line.
#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/semaphore.h>

#include <cstdint>
#include <deque>
#include <string>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::Forked;
using conformance::print;
using conformance::str;
using conformance::until;

int main() {
  multiprocessing::Semaphore actions(0);
  multiprocessing::Barrier barrier(3, [&] { actions.release(); });
  print{"parties:", barrier.parties(), "waiting:", barrier.n_waiting(), "broken:", barrier.broken()};

  const auto meet = [&](int rounds) -> std::string {
    std::int64_t sums = 0;
    for (int done = 0; done < rounds; ++done) {
      const std::int64_t index = barrier.wait();
      sums += index;
      if (actions.get_value() <= done) return "too early";
    }
    return str(sums);
  };

  std::deque<Forked> children;
  for (int i = 0; i < 3; ++i) children.emplace_back([&] { return meet(20); });
  std::int64_t sum = 0;
  for (Forked& child : children) sum += std::stoll(child.said());
  print{"indices in all:", sum};
  print{"actions:", actions.get_value()};
  print{"waiting:", barrier.n_waiting(), "broken:", barrier.broken()};

  // The index is the order of coming.
  const auto wait = [&] { return barrier.wait(); };
  Forked first(wait);
  until([&] { return barrier.n_waiting() == 1; });
  Forked second(wait);
  until([&] { return barrier.n_waiting() == 2; });
  print{"the last:", barrier.wait()};
  print{"the first:", first.said(), "the second:", second.said()};
  print{"actions:", actions.get_value()};

  multiprocessing::Barrier single(1);
  print{"a party of one:", single.wait(), single.wait(0), single.wait({.timeout = 5})};
}
