// wait_for() with a task that takes longer than it may: the task is cancelled.
#include <skein/asyncio.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> call_api(std::string message, int result = 1000, double delay = 0.3) {
  print("{}", message);
  co_await asyncio::sleep(delay);
  co_return result;
}

asyncio::Coroutine<> async_main() {
  auto task = asyncio::create_task(call_api("Calling API...", 2000, 0.5));

  constexpr double kMaxTimeout = 0.3;
  try {
    co_await asyncio::wait_for(task, kMaxTimeout);
  } catch (const asyncio::TimeoutError&) {
    print("The task was cancelled due to a timeout");
  }
  print("Cancelled: {}", task.cancelled());

  // In time, wait_for() gives the result.
  const int result = co_await asyncio::wait_for(call_api("Calling API...", 1000, 0.1), kMaxTimeout);
  print("{}", result);
}

int main() { asyncio::run(async_main()); }
