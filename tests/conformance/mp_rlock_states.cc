// mp_rlock_states.cc - mp_rlock_states.py, line by line.
#include <skein/multiprocessing/rlock.h>

#include <mutex>
#include <string>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::in_process;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  multiprocessing::RLock lock;
  print{"release:", outcome([&] { lock.release(); })};
  print{"acquire:", lock.acquire(), lock.acquire(false), lock.acquire(true, 0.5), lock.acquire({.timeout = -3})};
  print{"another thread:", in_thread([&] { return lock.acquire(false); }),
        in_thread([&] { return lock.acquire(true, 0.01); })};
  print{"another thread releases:", in_thread([&] { lock.release(); })};
  print{"a child:", in_process([&] { return lock.acquire(false); }),
        in_process([&] { return lock.acquire(true, 0.01); })};
  print{"a child releases:", in_process([&] { lock.release(); })};
  for (int i = 0; i < 3; ++i) lock.release();
  print{"still held:", in_process([&] { return lock.acquire(false); })};
  print{"the last release:", outcome([&] { lock.release(); })};
  print{"one more:", outcome([&] { lock.release(); })};

  const auto child = [&] {
    const bool first = lock.acquire(false);
    const bool second = lock.acquire(false);
    lock.release();
    lock.release();
    return "[" + conformance::str(first) + ", " + conformance::str(second) + ", '" + outcome([&] { lock.release(); }) +
           "']";
  };

  print{"a child has it:", in_process(child)};
  print{"and gave it back:", lock.acquire(false)};
  lock.release();
  {
    const std::scoped_lock outer(lock);
    const std::scoped_lock inner(lock);
    print{"with:", in_thread([&] { return lock.acquire(false); })};
  }
  print{"after it:", in_thread([&] {
          const bool got = lock.acquire(false);
          lock.release();
          return got;
        })};
  print{"a child that ends holding it:", in_process([&] { return lock.acquire(); })};
  print{"held for ever:", lock.acquire(true, 0.2), outcome([&] { lock.release(); })};
}
