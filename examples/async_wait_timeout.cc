// With a timeout, wait() may leave tasks pending. It cancels none of them: that is up to who
// waited.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> phase(int i) {
  print("Phase {} begins", i);
  try {
    co_await asyncio::sleep(0.2 * i);
  } catch (const asyncio::CancelledError&) {
    print("Phase {} was cancelled", i);
    throw;
  }
  print("Phase {} ends", i);
  co_return "what phase " + std::to_string(i) + " returned";
}

asyncio::Coroutine<> async_main(int num_phases) {
  std::vector<asyncio::Task<std::string>> tasks;
  for (int i = 0; i < num_phases; ++i) {
    tasks.push_back(asyncio::create_task(phase(i)));
  }
  print("Waiting 0.1 s for the phases");
  auto [done, pending] = co_await asyncio::wait(tasks, {.timeout = 0.1});
  print("{} are done, {} are pending", done.size(), pending.size());
  if (!pending.empty()) {
    print("Cancelling those");
    for (auto& task : pending) {
      task.cancel();
    }
  }
  print("main() ends");
}

int main() {
  // run() waits for the tasks that are not done yet.
  asyncio::run(async_main(3));
}
