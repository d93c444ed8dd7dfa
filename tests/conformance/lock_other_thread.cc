// lock_other_thread.cc - lock_other_thread.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::Lock lock;
  print{"another thread acquires:", in_thread([&] { return lock.acquire(); })};
  print{"it has ended, locked:", lock.locked()};
  print{"acquire(False):", lock.acquire(false)};
  print{"release what another acquired:", outcome([&] { lock.release(); })};
  print{"locked:", lock.locked()};

  print{"acquire:", lock.acquire()};
  print{"another thread tries:", in_thread([&] { return lock.acquire(false); })};
  print{"another thread tries for a while:", in_thread([&] { return lock.acquire(true, 0.01); })};
  print{"another thread releases:", in_thread([&] { lock.release(); })};
  print{"locked:", lock.locked()};
  print{"another thread releases again:", in_thread([&] { lock.release(); })};

  // Ten threads wait; each that gets the lock lets the next one in.
  std::vector<int> entered;
  const auto enter = [&](int number) {
    lock.acquire();
    entered.push_back(number);
    lock.release();
  };

  lock.acquire();
  std::vector<threading::Thread> threads;
  for (int number = 0; number < 10; ++number) threads.emplace_back(enter, number);
  for (auto& thread : threads) thread.start();
  print{"entered while locked:", entered.size()};
  lock.release();
  for (auto& thread : threads) thread.join();
  std::ranges::sort(entered);
  print{"entered:", entered};
  print{"locked:", lock.locked()};
}
