// A callback that the loop calls with the task when it is done. It asks for the result, which
// throws what the task ended with.
#include <skein/asyncio.h>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> my_coroutine() {
  throw skein::ValueError("An error occurred");
  co_return;
}

void handle_exception(const asyncio::Task<void>& task) {
  try {
    task.result();
  } catch (const skein::ValueError& e) {
    print("Caught exception: {}", e.what());
  }
}

asyncio::Coroutine<> async_main() {
  auto task = asyncio::create_task(my_coroutine());
  task.add_done_callback(handle_exception);

  co_await asyncio::sleep(0.1);
  print("Done: {}", task.done());
}

int main() { asyncio::run(async_main()); }
