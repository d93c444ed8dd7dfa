// A counter that guards itself, and threads that run its bound method.
//
// Which of the two comes first is open.
// demo: unordered ^Added \d+
#include <skein/threading.h>
#include <skein/time.h>

#include <mutex>

#include "print.h"

namespace threading = skein::threading;

class Counter {
 public:
  void increase(int by) {
    {
      const std::scoped_lock guard(lock_);
      const int seen = value_;
      skein::time::sleep(0.1);
      value_ = seen + by;
    }
    print("Added {}", by);
  }

  int value() const { return value_; }

 private:
  int value_ = 0;
  threading::Lock lock_;
};

int main() {
  Counter counter;

  threading::Thread first(&Counter::increase, &counter, 10);
  threading::Thread second(&Counter::increase, &counter, 20);

  first.start();
  second.start();

  first.join();
  second.join();

  print("In the end the counter is {}", counter.value());
}
