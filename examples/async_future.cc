// A future is a result that somebody will set: first by hand, then by a task, which the one who
// awaits the future knows nothing of.
#include <skein/asyncio.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;
using asyncio::Future;

asyncio::Coroutine<> plan(Future<std::string> my_future) {
  print("Planning my future...");
  co_await asyncio::sleep(0.2);
  my_future.set_result("Bright");
}

Future<std::string> create() {
  Future<std::string> my_future;
  // Python's set of tasks is not needed: the loop keeps a task until it is done.
  asyncio::create_task(plan(my_future));
  return my_future;
}

asyncio::Coroutine<> async_main() {
  Future<std::string> my_future;
  print("{}", my_future.done());

  my_future.set_result("Bright");
  print("{}", my_future.done());
  print("{}", my_future.result());

  my_future = create();
  const std::string result = co_await my_future;
  print("{}", result);
}

int main() { asyncio::run(async_main()); }
