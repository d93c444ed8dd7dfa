// Two coroutines awaited one after the other, then as tasks, then by gather(), which makes tasks of
// them and returns the tuple of what they return.
//
// demo: seconds within 0.5
#include <skein/asyncio.h>
#include <skein/time.h>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> display_time(int num, double timeout) {
  print("hello world {}", num);
  co_await asyncio::sleep(timeout);
  co_return num;
}

asyncio::Coroutine<> one_after_the_other() {
  co_await display_time(1, 0.1);
  co_await display_time(2, 0.2);
}

asyncio::Coroutine<> by_tasks() {
  auto task1 = asyncio::create_task(display_time(1, 0.1));
  auto task2 = asyncio::create_task(display_time(2, 0.2));
  print("Neither task has begun yet");
  co_await task1;
  co_await task2;
}

asyncio::Coroutine<> by_gather() {
  const auto [first, second] = co_await asyncio::gather(display_time(1, 0.1), display_time(2, 0.2));
  print("They returned {} and {}", first, second);
}

asyncio::Coroutine<> async_main() {
  double start = skein::time::perf_counter();
  co_await one_after_the_other();
  print("One after the other took {:.1f} seconds", skein::time::perf_counter() - start);

  start = skein::time::perf_counter();
  co_await by_tasks();
  print("As tasks they took {:.1f} seconds", skein::time::perf_counter() - start);

  start = skein::time::perf_counter();
  co_await by_gather();
  print("By gather they took {:.1f} seconds", skein::time::perf_counter() - start);
}

int main() { asyncio::run(async_main()); }
