// Two functions that compute, each called in another process by run_in_executor() with a pool of processes. In the
// loop's own thread they would stop all tasks; so a third one goes on.
//
// demo: seconds within 15
#include <skein/asyncio.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/process_pool.h>
#include <skein/time.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;

int count_primes(int limit) {
  int count = 0;
  for (int number = 2; number < limit; ++number) {
    int divisor = 2;
    while (divisor * divisor <= number && number % divisor != 0) {
      ++divisor;
    }
    if (divisor * divisor > number) {
      ++count;
    }
  }
  return count;
}

asyncio::Coroutine<std::string> show_message() {
  for (int i = 0; i < 3; ++i) {
    co_await asyncio::sleep(0.02);
    print("The loop goes on...");
  }
  co_return "done";
}

asyncio::Coroutine<> async_main() {
  auto loop = asyncio::get_running_loop();
  const double start = skein::time::perf_counter();

  futures::ProcessPoolExecutor executor;
  const auto [first, second, message] =
      co_await asyncio::gather(loop.run_in_executor(executor, count_primes, 60'000),
                               loop.run_in_executor(executor, count_primes, 80'000), show_message());
  executor.shutdown();

  const double end = skein::time::perf_counter();
  print("Results: {}, {}, {}", first, second, message);
  print("All took {:.1f} seconds", end - start);
}

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  asyncio::run(async_main());
}
