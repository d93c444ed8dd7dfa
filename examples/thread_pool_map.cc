// The two tasks of thread_pool_submit by map(), which calls the function for each element in the
// pool. The results come in the order of the elements, though here the second task is through
// first.
//
// Which task's line comes first is open; what becomes of one task is not.
// demo: unordered [Tt]ask (\d)
// demo: seconds within 0.8
#include <skein/futures.h>
#include <skein/time.h>

#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;

std::string task(int number) {
  print("Task {} started", number);
  skein::time::sleep(0.3 / number);
  return "What task " + std::to_string(number) + " returned";
}

int main() {
  const double start = skein::time::perf_counter();

  {
    futures::ThreadPoolExecutor executor;
    auto results = executor.map(task, std::vector{1, 2});
    for (const auto& result : results) {
      print("{}", result);
    }
  }

  const double elapsed = skein::time::perf_counter() - start;
  print("Both took {:.1f} second(s)", elapsed);
}
