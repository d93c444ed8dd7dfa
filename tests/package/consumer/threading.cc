#include <skein/core/version.h>
#include <skein/threading.h>

#include <iostream>
#include <mutex>

namespace threading = skein::threading;

int main() {
  threading::Lock lock;
  int count = 0;
  auto add = [&] {
    std::scoped_lock guard(lock);
    ++count;
  };
  threading::Thread a({}, add);
  threading::Thread b({}, add);
  a.start();
  b.start();
  a.join();
  b.join();
  try {
    lock.release();
  } catch (const skein::RuntimeError&) {
    ++count;
  }
  // Who a thread is has one answer in the library and in the program that uses it, shared libraries or not.
  threading::RLock again;
  again.acquire();
  if (again.acquire(false)) ++count;
  std::cout << "skein " << skein::version() << (count == 4 ? " works\n" : " fails\n");
  return count == 4 ? 0 : 1;
}
