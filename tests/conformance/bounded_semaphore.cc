// bounded_semaphore.cc - bounded_semaphore.py, line by line.
#include <skein/threading.h>

#include <mutex>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::BoundedSemaphore semaphore(3);
  print{"release:", outcome([&] { semaphore.release(); })};
  print{"acquire:", semaphore.acquire()};
  print{"release(2):", outcome([&] { semaphore.release(2); })};
  print{"release(0):", outcome([&] { semaphore.release(0); })};
  print{"release:", outcome([&] { semaphore.release(); })};
  print{"release:", outcome([&] { semaphore.release(); })};
  print{"acquire:", semaphore.acquire(), semaphore.acquire(), semaphore.acquire(), semaphore.acquire(false)};
  print{"release(4):", outcome([&] { semaphore.release(4); })};
  print{"nothing was released:", semaphore.acquire(false)};
  print{"release(2):", outcome([&] { semaphore.release(2); })};
  print{"release(2):", outcome([&] { semaphore.release(2); })};
  print{"another thread releases:", in_thread([&] { semaphore.release(); })};
  print{"another thread releases:", in_thread([&] { semaphore.release(); })};
  print{"acquire(False, 1):", outcome([&] { return semaphore.acquire(false, 1); })};

  threading::BoundedSemaphore one;
  {
    const std::scoped_lock guard(one);
    print{"inside:", one.acquire(false)};
  }
  print{"one by default:", one.acquire(false), one.acquire(false)};

  threading::BoundedSemaphore none(0);
  print{"of none, acquire:", none.acquire(false)};
  print{"of none, release:", outcome([&] { none.release(); })};
}
