// rlock_states.cc - rlock_states.py, line by line.
#include <skein/threading.h>

#include <mutex>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::RLock lock;
  print{"release a free lock:", outcome([&] { lock.release(); })};
  print{"acquire:", lock.acquire()};
  print{"acquire:", lock.acquire()};
  print{"acquire(False):", lock.acquire(false)};
  print{"acquire(True, 0.01):", lock.acquire(true, 0.01)};
  for (int depth = 0; depth < 3; ++depth) {
    print{"release:", outcome([&] { lock.release(); })};
    print{"free for others:", in_thread([&] { return lock.acquire(false); })};
  }
  print{"release:", outcome([&] { lock.release(); })};
  print{"release once more:", outcome([&] { lock.release(); })};

  for (int depth = 0; depth < 1000; ++depth) lock.acquire();
  for (int depth = 0; depth < 999; ++depth) lock.release();
  print{"999 of 1000 released, free for others:", in_thread([&] { return lock.acquire(false); })};
  lock.release();
  print{"release once more:", outcome([&] { lock.release(); })};

  {
    const std::scoped_lock outer(lock);
    {
      const std::scoped_lock inner(lock);
      print{"twice inside"};
    }
  }
  print{"release once more:", outcome([&] { lock.release(); })};
}
