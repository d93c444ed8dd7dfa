// Four threads share a counter. Each reads it, takes its time and writes it back; without the lock
// they would all read the same value, and the result would be 10.
#include <skein/threading.h>
#include <skein/time.h>

#include <functional>
#include <mutex>

#include "print.h"

namespace threading = skein::threading;

int counter = 0;

void increase(int by, threading::Lock& lock) {
  lock.acquire();

  const int seen = counter;
  skein::time::sleep(0.1);
  counter = seen + by;
  print("The counter is {}", counter);

  lock.release();
}

// The same by a guard, which also releases the lock when an exception leaves its block.
void decrease(int by, threading::Lock& lock) {
  const std::scoped_lock guard(lock);
  const int seen = counter;
  skein::time::sleep(0.1);
  counter = seen - by;
  print("The counter is {}", counter);
}

int main() {
  threading::Lock lock;

  threading::Thread threads[] = {
      threading::Thread(increase, 10, std::ref(lock)),
      threading::Thread(increase, 10, std::ref(lock)),
      threading::Thread(increase, 10, std::ref(lock)),
      threading::Thread(increase, 10, std::ref(lock)),
  };
  for (auto& thread : threads) {
    thread.start();
  }
  for (auto& thread : threads) {
    thread.join();
  }

  threading::Thread first(decrease, 5, std::ref(lock));
  threading::Thread second(decrease, 5, std::ref(lock));
  first.start();
  second.start();
  first.join();
  second.join();

  print("In the end the counter is {}", counter);
  print("The lock is held: {}", lock.locked());
}
