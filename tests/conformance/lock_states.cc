// lock_states.cc - lock_states.py, line by line.
#include <skein/threading.h>

#include <mutex>

#include "print.h"

namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

int main() {
  threading::Lock lock;
  print{"new:", lock.locked()};
  print{"release a free lock:", outcome([&] { lock.release(); })};
  print{"acquire:", lock.acquire()};
  print{"locked:", lock.locked()};
  print{"acquire(False):", lock.acquire(false)};
  print{"acquire(blocking=False):", lock.acquire({.blocking = false})};
  print{"acquire(False, 1):", outcome([&] { return lock.acquire(false, 1); })};
  print{"acquire(False, 0):", outcome([&] { return lock.acquire(false, 0); })};
  print{"acquire(False, -5):", outcome([&] { return lock.acquire(false, -5); })};
  print{"acquire(False, -1):", outcome([&] { return lock.acquire(false, -1); })};
  print{"locked:", lock.locked()};
  print{"release:", outcome([&] { lock.release(); })};
  print{"locked:", lock.locked()};
  print{"release once more:", outcome([&] { lock.release(); })};
  print{"acquire(False):", lock.acquire(false)};
  print{"release:", outcome([&] { lock.release(); })};
  {
    const std::scoped_lock guard(lock);
    print{"with lock:", lock.locked()};
  }
  print{"after:", lock.locked()};
}
