// condition_notify_order.cc - condition_notify_order.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;

int main() {
  threading::Condition condition;
  threading::Semaphore waiting(0);
  threading::Semaphore returned(0);
  std::vector<std::pair<int, bool>> order;

  const auto wait = [&](int number) {
    {
      const std::scoped_lock guard(condition);
      waiting.release();
      const bool notified = condition.wait();
      order.emplace_back(number, notified);
    }
    returned.release();
  };

  // A thread gives the lock up only when it stands in line.
  std::vector<threading::Thread> threads;
  for (int number = 0; number < 10; ++number) {
    threading::Thread thread(wait, number);
    thread.start();
    waiting.acquire();
    const std::scoped_lock guard(condition);
    threads.push_back(std::move(thread));
  }

  const auto notify = [&](int n) {
    {
      const std::scoped_lock guard(condition);
      condition.notify(n);
    }
    for (int i = 0; i < n; ++i) returned.acquire();
    const std::scoped_lock guard(condition);
    std::ranges::sort(order);
    print{"notify", n, order, order.size()};
    order.clear();
  };

  notify(1);
  notify(1);
  notify(3);
  {
    const std::scoped_lock guard(condition);
    condition.notify();
  }
  returned.acquire();
  {
    const std::scoped_lock guard(condition);
    print{"notify", order};
    order.clear();
  }
  notify(2);
  {
    const std::scoped_lock guard(condition);
    condition.notify(0);
    condition.notify(-3);
  }
  notify(1);
  {
    const std::scoped_lock guard(condition);
    condition.notify(100);
  }
  for (auto& thread : threads) thread.join();
  print{"notify(100)", order};
}
