// A task that is cancelled before the loop has got to it never begins. Who awaits it is told by
// CancelledError.
#include <skein/asyncio.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;
using asyncio::CancelledError;

asyncio::Coroutine<int> call_api(std::string message, int result = 1000, double delay = 0.3) {
  print("{}", message);
  co_await asyncio::sleep(delay);
  co_return result;
}

asyncio::Coroutine<> async_main() {
  print("Creating the task");
  auto task = asyncio::create_task(call_api("Calling API...", 2000, 0.5));

  if (!task.done()) {
    print("Cancelling the task...");
    task.cancel();
  }
  print("Asked to cancel: {}, done: {}", task.cancelling(), task.done());

  try {
    co_await task;
    print("Task result: {}", task.result());
  } catch (const CancelledError&) {
    print("Task has been cancelled.");
  }
}

int main() { asyncio::run(async_main()); }
