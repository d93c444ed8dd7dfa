// create_task() has the loop run a coroutine as soon as it gets to it, while the one that made the
// task goes on. A task that has ended keeps its result.
#include <skein/asyncio.h>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> nested() { co_return 42; }

asyncio::Coroutine<> my_coroutine() {
  print("The task begins");
  co_await asyncio::sleep(0.1);
  print("The task ends");
}

asyncio::Coroutine<> async_main() {
  auto task = asyncio::create_task(nested());
  co_await task;
  print("{}", task.result());

  print("main() begins");
  auto another = asyncio::create_task(my_coroutine());
  co_await asyncio::sleep(0.3);
  print("main() goes on");
  co_await another;
  print("The task has ended");
}

int main() { asyncio::run(async_main()); }
