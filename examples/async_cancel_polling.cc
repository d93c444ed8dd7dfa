// Looking now and then whether a task is done, and cancelling it when that has taken too long.
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
  auto task = asyncio::create_task(call_api("Calling API...", 2000, 0.8));

  int time_elapsed = 0;
  while (!task.done()) {
    time_elapsed += 1;
    co_await asyncio::sleep(0.1);
    print("Task has not completed, checking again soon");
    if (time_elapsed == 3) {
      print("Cancelling the task...");
      task.cancel();
      break;
    }
  }

  try {
    co_await task;
  } catch (const CancelledError&) {
    print("Task has been cancelled.");
  }
}

int main() { asyncio::run(async_main()); }
