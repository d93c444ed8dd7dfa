// What run() returns is what the coroutine returned, here two vectors of tasks. Tasks can be asked
// for their names and results when the loop is gone.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> func() {
  print("1111");
  co_await asyncio::sleep(0.2);
  print("2222");
  co_return "test";
}

asyncio::Coroutine<asyncio::DoneAndPending<asyncio::Task<std::string>>> async_main() {
  const std::vector tasks = {asyncio::create_task(func()), asyncio::create_task(func())};
  auto both = co_await asyncio::wait(tasks);
  co_return both;
}

int main() {
  const auto [done, pending] = asyncio::run(async_main());
  for (const auto& task : done) {
    print("{}: done {}, result {}", task.get_name(), task.done(), task.result());
  }
  print("{} pending", pending.size());
}
