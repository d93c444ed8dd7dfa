// A thread cannot be stopped from outside; it looks now and then at an Event and stops by itself.
// The first thread is told to stop long before its end, the second is left alone.
#include <skein/threading.h>
#include <skein/time.h>

#include <functional>

#include "print.h"

namespace threading = skein::threading;

void task(threading::Event& stop, int rounds) {
  print("Working for at most {} rounds", rounds);
  for (int i = 0; i < rounds; ++i) {
    skein::time::sleep(0.1);
    if (stop.is_set()) {
      print("Stopped early");
      return;
    }
  }
  print("Ran to the end");
}

int main() {
  threading::Event stop;

  threading::Thread stopped(task, std::ref(stop), 100);
  stopped.start();
  skein::time::sleep(0.5);
  stop.set();
  stopped.join();

  stop.clear();
  threading::Thread alone(task, std::ref(stop), 5);
  alone.start();
  alone.join();
}
