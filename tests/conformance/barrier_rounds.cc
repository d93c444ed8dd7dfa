// barrier_rounds.cc - barrier_rounds.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::str;
using conformance::until;

namespace {

constexpr int kParties = 4;
constexpr int kRounds = 50;

}  // namespace

int main() {
  int actions = 0;
  std::vector<std::pair<int, std::int64_t>> seen;
  threading::Lock lock;

  const auto action = [&] { actions += 1; };

  threading::Barrier barrier(kParties, action);
  threading::Barrier barrier2(kParties);

  const auto work = [&] {
    for (int i = 0; i < kRounds; ++i) {
      const std::int64_t index = barrier.wait();
      {
        const std::scoped_lock guard(lock);
        seen.emplace_back(actions, index);
      }
      barrier2.wait();
    }
  };

  print{"parties:", barrier.parties(), "waiting:", barrier.n_waiting(), "broken:", barrier.broken()};
  std::vector<threading::Thread> threads;
  for (int i = 0; i < kParties; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print{"actions:", actions};
  std::vector<std::pair<int, std::int64_t>> expected;
  for (int a = 1; a <= kRounds; ++a) {
    for (int i = 0; i < kParties; ++i) expected.emplace_back(a, i);
  }
  std::ranges::sort(seen);
  print{"every index once a round:", seen == expected};

  // The index is the order of coming, and the last one runs the action.
  std::vector<std::string> order;
  threading::Barrier three(3, [&] { order.push_back(threading::current_thread().name()); });

  const auto come = [&] {
    const std::int64_t index = three.wait();
    const std::scoped_lock guard(lock);
    order.push_back(str(index) + " to the " + threading::current_thread().name());
  };

  threading::Thread first({.name = "first"}, come);
  first.start();
  until([&] { return three.n_waiting() == 1; });
  threading::Thread second({.name = "second"}, come);
  second.start();
  until([&] { return three.n_waiting() == 2; });
  print{"waiting:", three.n_waiting()};
  threading::Thread third({.name = "third"}, come);
  third.start();
  for (auto* thread : {&first, &second, &third}) thread->join();
  print{"action by:", order[0]};
  order.erase(order.begin());
  std::ranges::sort(order);
  print{"indices:", order};
  print{"waiting:", three.n_waiting(), "broken:", three.broken()};

  threading::Barrier single(1);
  print{"a party of one:", single.wait(), single.wait(0), single.wait()};
}
