// semaphore_release_many.cc - semaphore_release_many.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::str;

int main() {
  threading::Semaphore semaphore(0);
  threading::Semaphore through(0);
  int count = 0;
  threading::Lock lock;

  const auto enter = [&] {
    semaphore.acquire();
    {
      const std::scoped_lock guard(lock);
      count += 1;
    }
    through.release();
  };

  const auto release = [&](int n) {
    semaphore.release(n);
    for (int i = 0; i < n; ++i) through.acquire();
    const std::scoped_lock guard(lock);
    print{"release(" + str(n) + "):", count, "through, a permit left:", semaphore.acquire(false)};
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back(enter);
  for (auto& thread : threads) thread.start();
  release(1);
  release(3);
  release(2);
  release(2);
  for (auto& thread : threads) thread.join();

  // What nobody waits for stays.
  semaphore.release(3);
  threads.clear();
  for (int i = 0; i < 2; ++i) threads.emplace_back(enter);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print{"one of three is left:", semaphore.acquire(false), semaphore.acquire(false)};

  // Eight threads pass two permits around, 500 times each.
  int most = 0;
  int inside = 0;
  const auto pass_on = [&] {
    for (int i = 0; i < 500; ++i) {
      const std::scoped_lock permit(semaphore);
      {
        const std::scoped_lock guard(lock);
        inside += 1;
        most = std::max(most, inside);
      }
      {
        const std::scoped_lock guard(lock);
        inside -= 1;
      }
    }
  };

  semaphore.release(2);
  threads.clear();
  for (int i = 0; i < 8; ++i) threads.emplace_back(pass_on);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print{"never more than two inside:", most <= 2};
  print{"both are back:", semaphore.acquire(false), semaphore.acquire(false), semaphore.acquire(false)};
}
