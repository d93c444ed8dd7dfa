// Two tasks in a pool of threads: submit() returns a Future at once, and its result() waits for what
// the task returns. The end of the executor's block waits for the whole pool.
//
// Which task's line comes first is open; what becomes of one task is not.
// demo: unordered [Tt]ask (\d)
// demo: seconds within 0.8
#include <skein/futures.h>
#include <skein/time.h>

#include <string>

#include "print.h"

namespace futures = skein::futures;

std::string task(int number) {
  print("Task {} started", number);
  skein::time::sleep(0.3);
  return "What task " + std::to_string(number) + " returned";
}

int main() {
  const double start = skein::time::perf_counter();

  {
    futures::ThreadPoolExecutor executor;
    auto first = executor.submit(task, 1);
    auto second = executor.submit(task, 2);

    print("{}", first.result());
    print("{}", second.result());
  }

  const double elapsed = skein::time::perf_counter() - start;
  print("Both took {:.1f} second(s)", elapsed);
}
