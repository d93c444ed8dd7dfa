// wait() returns when all tasks are done, and gives two vectors: the tasks that are done and those
// that are pending. Each result is asked of its task, where gather() gives the results themselves.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> phase(int i) {
  print("Phase {} begins", i);
  co_await asyncio::sleep(0.1 * i);
  print("Phase {} ends", i);
  co_return "what phase " + std::to_string(i) + " returned";
}

asyncio::Coroutine<> async_main(int num_phases) {
  std::vector<asyncio::Task<std::string>> tasks;
  for (int i = 0; i < num_phases; ++i) {
    // wait() takes no coroutines: they must be tasks.
    auto task = asyncio::create_task(phase(i));
    tasks.push_back(task);
  }

  print("Waiting for the phases");
  const auto [done, pending] = co_await asyncio::wait(tasks);
  print("{} are done, {} are pending", done.size(), pending.size());
  // They have the order of the call, where Python's sets have none.
  for (const auto& task : done) {
    print("Got {}", task.result());
  }
}

int main() { asyncio::run(async_main(5)); }
