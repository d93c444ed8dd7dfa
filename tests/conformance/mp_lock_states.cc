// mp_lock_states.cc - mp_lock_states.py, line by line.
#include <skein/multiprocessing/lock.h>

#include <mutex>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::in_process;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;
using skein::None;

int main() {
  multiprocessing::Lock lock;
  print{"release:", outcome([&] { lock.release(); })};
  print{"acquire:", lock.acquire()};
  print{"again:", lock.acquire(false), lock.acquire({.block = false}), lock.acquire(true, 0), lock.acquire(true, 0.01)};
  print{"negative:", lock.acquire(true, -1), lock.acquire(true, -5.5), lock.acquire({.timeout = -1})};
  print{"a useless timeout:", lock.acquire(false, 3), lock.acquire(false, -3),
        lock.acquire({.block = false, .timeout = None})};
  print{"release:", outcome([&] { lock.release(); })};
  print{"once more:", outcome([&] { lock.release(); })};
  print{"free, with a negative timeout:", lock.acquire(true, -1)};
  print{"another thread acquires:", in_thread([&] { return lock.acquire(false); })};
  print{"another thread releases:", in_thread([&] { lock.release(); })};
  print{"acquire:", lock.acquire(false)};

  print{"a child acquires:", in_process([&] { return lock.acquire(false); })};
  print{"a child releases:", in_process([&] { lock.release(); })};
  print{"a child releases once more:", in_process([&] { lock.release(); })};
  print{"acquire:", lock.acquire(false)};
  lock.release();

  print{"a child acquires and ends:", in_process([&] { return lock.acquire(); })};
  print{"held for ever:", lock.acquire(true, 0.2)};
  print{"released by the parent:", outcome([&] { lock.release(); })};
  {
    const std::scoped_lock guard(lock);
    print{"with:", lock.acquire(false), in_process([&] { return lock.acquire(true, 0.01); })};
  }
  print{"after it:", lock.acquire(false)};

  multiprocessing::Lock held;
  held.acquire();
  const auto with_lock = in_process([&] {
    held.release();
    return held.acquire();
  });
  print{"a child hands it back to itself:", with_lock, held.acquire(false)};
}
