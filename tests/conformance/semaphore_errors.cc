// semaphore_errors.cc - semaphore_errors.py, line by line.
#include <skein/threading.h>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;
using skein::None;

int main() {
  print{"Semaphore(-1):", outcome([] { threading::Semaphore{-1}; })};
  print{"BoundedSemaphore(-1):", outcome([] { threading::BoundedSemaphore{-1}; })};

  threading::Semaphore semaphore(0);
  print{"acquire(False):", semaphore.acquire(false)};
  print{"acquire(False, 1):", outcome([&] { return semaphore.acquire(false, 1); })};
  print{"acquire(False, 0):", outcome([&] { return semaphore.acquire(false, 0); })};
  print{"acquire(False, -5):", outcome([&] { return semaphore.acquire(false, -5); })};
  print{"acquire(False, None):", outcome([&] { return semaphore.acquire(false, None); })};
  print{"acquire(blocking=False, timeout=1):",
        outcome([&] { return semaphore.acquire({.blocking = false, .timeout = 1}); })};
  print{"release(0):", outcome([&] { semaphore.release(0); })};
  print{"release(-1):", outcome([&] { semaphore.release(-1); })};
  print{"nothing was released:", semaphore.acquire(false)};
  print{"release:", outcome([&] { semaphore.release(); })};
  print{"acquire(False, 1) of a permit:", outcome([&] { return semaphore.acquire(false, 1); })};
  print{"acquire:", semaphore.acquire()};
  print{"acquire(False):", semaphore.acquire(false)};

  // Any thread may release, as often as it likes.
  print{"another thread releases:", in_thread([&] { semaphore.release(); })};
  print{"another thread releases 2:", in_thread([&] { semaphore.release(2); })};
  print{"acquire:", semaphore.acquire(), semaphore.acquire(), semaphore.acquire()};
  print{"acquire(False):", semaphore.acquire(false)};

  threading::Semaphore one;
  print{"one by default:", one.acquire(false), one.acquire(false)};
}
