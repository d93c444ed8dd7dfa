// semaphore_timeouts.cc - semaphore_timeouts.py, line by line.
#include <skein/threading.h>
#include <skein/time.h>

#include <vector>

#include "print.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::print;
using skein::None;

int main() {
  threading::Semaphore semaphore(0);
  print{"no permit"};
  print{"-5:", semaphore.acquire(true, -5)};
  print{"-0.5:", semaphore.acquire(true, -0.5)};
  print{"0:", semaphore.acquire(true, 0)};
  print{"0.01:", semaphore.acquire(true, 0.01)};
  print{"keyword:", semaphore.acquire({.timeout = 0.01})};
  const double begin = time_::monotonic();
  semaphore.acquire({.timeout = 0.05});
  print{"not before its time:", time_::monotonic() - begin >= 0.05};

  semaphore.release(6);
  print{"permits"};
  print{"-5:", semaphore.acquire(true, -5)};
  print{"-0.5:", semaphore.acquire(true, -0.5)};
  print{"0:", semaphore.acquire(true, 0)};
  print{"0.01:", semaphore.acquire(true, 0.01)};
  print{"None:", semaphore.acquire(true, None)};
  print{"1000000:", semaphore.acquire(true, 1000000)};
  print{"no permit any more:", semaphore.acquire(true, 0)};

  // Those who gave up have left nothing behind: the one permit is there for who comes.
  std::vector<threading::Thread> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back([&] { semaphore.acquire(true, 0.01); });
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  semaphore.release();
  print{"after five gave up:", semaphore.acquire(false), semaphore.acquire(false)};
}
