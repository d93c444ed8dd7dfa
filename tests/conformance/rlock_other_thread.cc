// rlock_other_thread.cc - rlock_other_thread.py, line by line.
#include <skein/threading.h>

#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::RLock lock;
  lock.acquire();
  lock.acquire();
  print{"another thread acquires:", in_thread([&] { return lock.acquire(false); })};
  print{"another thread acquires in vain:", in_thread([&] { return lock.acquire(true, 0.01); })};
  print{"another thread releases:", in_thread([&] { lock.release(); })};
  print{"release:", outcome([&] { lock.release(); })};
  print{"another thread releases:", in_thread([&] { lock.release(); })};
  print{"release:", outcome([&] { lock.release(); })};
  print{"another thread releases a free lock:", in_thread([&] { lock.release(); })};
  print{"release once more:", outcome([&] { lock.release(); })};

  const auto inside = [&] {
    const bool first = lock.acquire();
    const bool second = lock.acquire(false);
    lock.release();
    lock.release();
    return first && second;
  };

  print{"another thread, twice:", in_thread(inside)};

  // The holder works on, nested, while another waits; that one comes in after the last release.
  std::vector<std::string> order;
  threading::Event waiting;

  const auto wait = [&] {
    waiting.set();
    lock.acquire();
    order.push_back("other");
    lock.release();
  };

  lock.acquire();
  lock.acquire();
  threading::Thread thread(wait);
  thread.start();
  waiting.wait();
  order.push_back("holder");
  lock.release();
  order.push_back("holder, still");
  lock.release();
  thread.join();
  print{order};
}
