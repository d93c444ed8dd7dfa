// condition_no_memory.cc - condition_no_memory.py, line by line.
#include <skein/threading.h>

#include <mutex>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::until;
using skein::None;

int main() {
  threading::Lock lock;
  threading::Condition condition(lock);
  {
    const std::scoped_lock guard(condition);
    condition.notify();
    condition.notify(10);
    condition.notify_all();
    print{"notified before it waits:", condition.wait(0.01)};
  }

  threading::Semaphore waiting(0);
  std::vector<bool> results;

  const auto wait = [&](skein::Timeout timeout) {
    const std::scoped_lock guard(condition);
    waiting.release();
    results.push_back(condition.wait(timeout));
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(wait, None);
  for (auto& thread : threads) thread.start();
  for (int i = 0; i < 4; ++i) waiting.acquire();
  {
    const std::scoped_lock guard(condition);
    condition.notify_all();
  }
  for (auto& thread : threads) thread.join();
  print{"notify_all:", results};
  {
    const std::scoped_lock guard(condition);
    print{"all are gone from the line:", condition.wait(0.01)};
  }

  // Two notifications before the lock is given up reach two waiters; the third has to wait on.
  results.clear();
  threads.clear();
  for (int i = 0; i < 3; ++i) threads.emplace_back(wait, None);
  for (auto& thread : threads) thread.start();
  for (int i = 0; i < 3; ++i) waiting.acquire();
  {
    const std::scoped_lock guard(condition);
    condition.notify();
    condition.notify();
  }

  const auto two_are_back = [&] {
    const std::scoped_lock guard(condition);
    return results.size() >= 2;
  };

  until(two_are_back);
  {
    const std::scoped_lock guard(condition);
    print{"two of three:", results};
    condition.notify();
  }
  for (auto& thread : threads) thread.join();
  print{"three of three:", results};
}
