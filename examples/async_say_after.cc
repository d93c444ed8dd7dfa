// Two coroutines that are awaited run one after the other, and their sleeps add up. Two tasks run
// at once: the longer sleep is the whole time.
//
// demo: seconds within 0.5
#include <skein/asyncio.h>
#include <skein/time.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> say_after(double delay, std::string what) {
  co_await asyncio::sleep(delay);
  print("{}", what);
}

asyncio::Coroutine<> async_main() {
  double start = skein::time::perf_counter();

  co_await say_after(0.1, "hello");
  co_await say_after(0.2, "world");

  double elapsed = skein::time::perf_counter() - start;
  print("One after the other: {:.1f} seconds", elapsed);

  auto task1 = asyncio::create_task(say_after(0.1, "hello"));
  auto task2 = asyncio::create_task(say_after(0.2, "Python"));
  start = skein::time::perf_counter();

  co_await task1;
  co_await task2;

  elapsed = skein::time::perf_counter() - start;
  print("At once: {:.1f} seconds", elapsed);
}

int main() { asyncio::run(async_main()); }
