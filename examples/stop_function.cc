// A thread cannot be stopped from outside; it looks now and then at an Event and stops by itself.
// The first thread is told to stop in its second round, the other is left alone.
#include <skein/threading.h>
#include <skein/time.h>

#include <functional>

#include "print.h"

namespace threading = skein::threading;

void task(threading::Event& stop, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    print("Round {} of {}", i + 1, rounds);
    skein::time::sleep(0.4);
    if (stop.is_set()) {
      print("Stopped early");
      return;
    }
  }
  print("Ran to the end");
}

int main() {
  threading::Event stop;

  threading::Thread stopped(task, std::ref(stop), 6);
  stopped.start();
  skein::time::sleep(0.6);
  stop.set();
  stopped.join();

  stop.clear();
  threading::Thread alone(task, std::ref(stop), 2);
  alone.start();
  alone.join();
}
