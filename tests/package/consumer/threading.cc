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
  std::cout << "skein " << skein::version() << (count == 3 ? " works\n" : " fails\n");
  return count == 3 ? 0 : 1;
}
