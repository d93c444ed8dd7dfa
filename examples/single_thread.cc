// One thread does two tasks, one after the other: the baseline for two_threads.
//
// demo: seconds within 0.8
#include <skein/time.h>

#include "print.h"

void task() {
  print("Task started");
  skein::time::sleep(1);
  print("Task done");
}

int main() {
  const double start = skein::time::perf_counter();

  task();
  task();

  const double elapsed = skein::time::perf_counter() - start;
  print("Both tasks took {:.1f} second(s)", elapsed);
}
