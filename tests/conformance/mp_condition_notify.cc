// mp_condition_notify.cc - mp_condition_notify.py, line by line.
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/semaphore.h>

#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::Forked;
using conformance::print;
using conformance::until;

int main() {
  multiprocessing::Condition condition;
  multiprocessing::Semaphore ready(0);
  multiprocessing::Semaphore woken(0);

  const auto wait = [&] {
    const std::scoped_lock guard(condition);
    ready.release();
    const bool notified = condition.wait();
    woken.release();
    return notified;
  };

  {
    const std::scoped_lock guard(condition);
    condition.notify(5);  // Nobody waits: forgotten.
  }
  std::deque<Forked> children;
  for (int i = 0; i < 4; ++i) children.emplace_back(wait);
  for (int i = 0; i < 4; ++i) ready.acquire();
  {
    const std::scoped_lock guard(condition);
    print{"woken:", woken.get_value()};
    condition.notify();
  }
  until([&] { return woken.get_value() == 1; });
  {
    const std::scoped_lock guard(condition);
    condition.notify(2);
  }
  until([&] { return woken.get_value() == 3; });
  {
    const std::scoped_lock guard(condition);
    print{"woken:", woken.get_value()};
    condition.notify_all();
  }
  std::vector<std::string> notified;
  for (Forked& child : children) notified.push_back(child.said());
  print{"notified:", notified, woken.get_value()};

  const auto wait_in_vain = [&] {
    const std::scoped_lock guard(condition);
    return condition.wait(0.02);
  };

  print{"in vain:", Forked(wait_in_vain).said()};

  // An RLock is given up in all its levels, and taken back in all.
  multiprocessing::RLock lock;
  multiprocessing::Condition deep(lock);

  const auto wait_deep = [&] {
    lock.acquire();
    lock.acquire();
    ready.release();
    const bool was_notified = deep.wait();
    lock.release();
    ready.release();
    woken.acquire();
    lock.release();
    return was_notified;
  };

  for (int i = 0; i < 4; ++i) woken.acquire();
  Forked child(wait_deep);
  ready.acquire();
  {
    const std::scoped_lock guard(deep);
    deep.notify();
  }
  ready.acquire();
  print{"held once:", lock.acquire(false)};
  woken.release();
  print{"notified:", child.said(), "free:", lock.acquire(true, 5)};
}
