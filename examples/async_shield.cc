// shield() stands between a task and who waits for it: the time is up for the waiting, and the task
// goes on and can be awaited again.
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
  bool late = false;
  try {
    co_await asyncio::wait_for(asyncio::shield(task), kMaxTimeout);
  } catch (const asyncio::TimeoutError&) {
    late = true;  // A handler cannot await, what comes after it can.
  }
  if (late) {
    print("The task took more than expected and will complete soon.");
    const int result = co_await task;
    print("{}", result);
  }

  // What is not cancelled meanwhile gives its result through the shield.
  const int res = co_await asyncio::shield(call_api("Calling it again...", 1000, 0.1));
  print("{}", res);
}

int main() { asyncio::run(async_main()); }
