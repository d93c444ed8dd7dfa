// Three tasks that would run for ever are cancelled. CancelledError is thrown where a task waits;
// who catches it to tidy up throws it again, so that the task counts as cancelled.
#include <skein/asyncio.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> long_operation(std::string name) {
  try {
    print("{} begins", name);
    while (true) {
      co_await asyncio::sleep(0.2);
      print("{} is running...", name);
    }
  } catch (const asyncio::CancelledError&) {
    print("{} was cancelled", name);
    throw;
  }
}

asyncio::Coroutine<> async_main() {
  auto task1 = asyncio::create_task(long_operation("Task 1"));
  auto task2 = asyncio::create_task(long_operation("Task 2"));
  auto task3 = asyncio::create_task(long_operation("Task 3"));

  // In the middle between two steps of theirs, so that it is clear what comes first.
  co_await asyncio::sleep(0.3);
  task1.cancel();

  co_await asyncio::sleep(0.4);
  task2.cancel();
  task3.cancel();

  try {
    co_await asyncio::gather(asyncio::return_exceptions, task1, task2, task3);
  } catch (const asyncio::CancelledError&) {
    print("This is not printed: return_exceptions makes results of them");
  }
  print("Cancelled: {}, {}, {}", task1.cancelled(), task2.cancelled(), task3.cancelled());
}

int main() { asyncio::run(async_main()); }
