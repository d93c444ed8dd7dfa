// condition_rlock_depth.cc - condition_rlock_depth.py, line by line.
#include <skein/threading.h>

#include <mutex>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::RLock lock;
  threading::Condition condition(lock);
  bool ready = false;

  const auto tell = [&] {
    const std::scoped_lock guard(condition);
    ready = true;
    condition.notify();
  };

  lock.acquire();
  condition.acquire();
  lock.acquire();
  threading::Thread thread(tell);
  thread.start();
  print{"wait_for at depth 3:", condition.wait_for([&] { return ready; })};
  thread.join();
  for (int depth = 0; depth < 3; ++depth) {
    print{"free for others:", in_thread([&] { return lock.acquire(false); })};
    print{"release:", outcome([&] { lock.release(); })};
  }
  print{"release once more:", outcome([&] { condition.release(); })};

  lock.acquire();
  lock.acquire();
  print{"wait(0.01) at depth 2:", condition.wait(0.01)};
  print{"release:", outcome([&] { lock.release(); })};
  print{"release:", outcome([&] { lock.release(); })};
  print{"release once more:", outcome([&] { lock.release(); })};
  print{"wait without the lock:", outcome([&] { return condition.wait(); })};
  print{"release:", outcome([&] { lock.release(); })};
}
