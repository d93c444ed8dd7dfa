// event_states.cc - event_states.py, line by line.
#include <skein/threading.h>

#include <mutex>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::Event event;
  print{"new:", event.is_set()};
  print{"wait(0):", event.wait(0)};
  print{"clear:", outcome([&] { event.clear(); }), event.is_set()};
  print{"set:", outcome([&] { event.set(); }), event.is_set()};
  print{"set:", outcome([&] { event.set(); }), event.is_set()};
  print{"wait:", event.wait()};
  print{"wait(0):", event.wait(0)};
  print{"another thread waits:", in_thread([&] { return event.wait(); })};
  print{"clear:", outcome([&] { event.clear(); }), event.is_set()};
  print{"wait(0.01):", event.wait(0.01)};
  print{"another thread waits in vain:", in_thread([&] { return event.wait(0.01); })};
  print{"another thread sets:", in_thread([&] { event.set(); }), event.is_set()};
  print{"wait:", event.wait()};

  // All who wait go on, and so does who comes later.
  event.clear();
  std::vector<bool> results;
  threading::Lock lock;

  const auto wait = [&] {
    const bool result = event.wait();
    const std::scoped_lock guard(lock);
    results.push_back(result);
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back(wait);
  for (auto& thread : threads) thread.start();
  {
    const std::scoped_lock guard(lock);
    print{"through before set:", results.size()};
  }
  event.set();
  threads.emplace_back(wait);
  threads.back().start();
  for (auto& thread : threads) thread.join();
  print{results};
}
