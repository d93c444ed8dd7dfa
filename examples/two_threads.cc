// The two tasks of single_thread, each in a thread of its own: they take half the time.
//
// demo: seconds within 0.8
#include <skein/threading.h>
#include <skein/time.h>

#include "print.h"

namespace threading = skein::threading;

void task() {
  print("Task started");
  skein::time::sleep(1);
  print("Task done");
}

int main() {
  const double start = skein::time::perf_counter();

  threading::Thread first(task);
  threading::Thread second(task);

  first.start();
  second.start();

  // Wait until both are through.
  first.join();
  second.join();

  const double elapsed = skein::time::perf_counter() - start;
  print("Both tasks took {:.1f} second(s)", elapsed);
}
