// Ten threads, each with an argument of its own. All are started before any is joined: a join
// inside the first loop would run them one by one.
//
// Which thread prints first is open.
// demo: unordered task (\d+)
// demo: seconds within 1.0
#include <skein/threading.h>
#include <skein/time.h>

#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;

void task(int number, double seconds) {
  print("Starting task {}", number);
  skein::time::sleep(seconds);
  print("Finished task {}", number);
}

int main() {
  const double start = skein::time::perf_counter();

  std::vector<threading::Thread> threads;
  for (int number = 1; number < 11; ++number) {
    threading::Thread thread(task, number, 0.4);
    thread.start();
    threads.push_back(std::move(thread));
  }

  for (auto& thread : threads) {
    thread.join();
  }

  const double elapsed = skein::time::perf_counter() - start;
  print("{} threads took {:.1f} second(s)", threads.size(), elapsed);
}
