// barrier_action_raises.cc - barrier_action_raises.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::until;

int main() {
  int calls = 0;

  const auto action = [&] {
    calls += 1;
    if (calls == 1) throw skein::LookupError("no key");
  };

  threading::Barrier barrier(3, action);
  std::vector<std::string> results;
  threading::Lock lock;

  const auto wait = [&] {
    const std::string result = outcome([&] { return barrier.wait(); });
    const std::scoped_lock guard(lock);
    results.push_back(result);
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back(wait);
  for (auto& thread : threads) thread.start();
  until([&] { return barrier.n_waiting() == 2; });
  print{"the last one:", outcome([&] { return barrier.wait(); })};
  for (auto& thread : threads) thread.join();
  print{"the others:", results};
  print{"broken:", barrier.broken(), "waiting:", barrier.n_waiting()};
  print{"wait:", outcome([&] { return barrier.wait(); })};
  print{"calls:", calls};

  barrier.reset();
  print{"reset, broken:", barrier.broken()};
  results.clear();
  threads.clear();
  for (int i = 0; i < 3; ++i) threads.emplace_back(wait);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  std::ranges::sort(results);
  print{"afterwards:", results};
  print{"calls:", calls};
}
