// What an Event can do, in one thread: a flag that is raised, asked for, waited for and lowered.
//
// demo: seconds within 0.8
#include <skein/threading.h>
#include <skein/time.h>

#include "print.h"

namespace threading = skein::threading;

int main() {
  threading::Event event;
  print("At first the flag is raised: {}", event.is_set());

  // Wait for at most a moment; nobody raises it.
  double start = skein::time::perf_counter();
  bool raised = event.wait({.timeout = 1});
  double elapsed = skein::time::perf_counter() - start;
  print("Raised after {:.1f} second(s): {}", elapsed, raised);

  event.set();
  print("After set(): {}", event.is_set());

  // A raised flag keeps nobody waiting.
  start = skein::time::perf_counter();
  raised = event.wait();
  elapsed = skein::time::perf_counter() - start;
  print("Raised after {:.1f} second(s): {}", elapsed, raised);

  event.clear();
  print("After clear(): {}", event.is_set());
}
