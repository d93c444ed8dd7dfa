// Two calls that take long, made at once by tasks; then the same with a third task that tells about
// the progress while the calls run.
//
// demo: seconds within 0.5
#include <skein/asyncio.h>
#include <skein/time.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> call_api(std::string message, int result = 1000, double delay = 0.35) {
  print("{}", message);
  co_await asyncio::sleep(delay);
  co_return result;
}

asyncio::Coroutine<> show_message() {
  for (int i = 0; i < 3; ++i) {
    co_await asyncio::sleep(0.08);
    print("API call is in progress...");
  }
}

asyncio::Coroutine<> two_calls() {
  auto task_1 = asyncio::create_task(call_api("Get stock price of GOOG...", 300));
  auto task_2 = asyncio::create_task(call_api("Get stock price of APPL...", 400));

  int price = co_await task_1;
  print("{}", price);

  price = co_await task_2;
  print("{}", price);
}

asyncio::Coroutine<> async_main() {
  double start = skein::time::perf_counter();
  co_await two_calls();
  double end = skein::time::perf_counter();
  print("It took {:.1f} second(s) to complete.", end - start);

  start = skein::time::perf_counter();
  auto message_task = asyncio::create_task(show_message());
  co_await two_calls();
  co_await message_task;
  end = skein::time::perf_counter();
  print("It took {:.1f} second(s) to complete.", end - start);
}

int main() { asyncio::run(async_main()); }
