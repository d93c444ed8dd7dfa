// ensure_future() makes a task of a coroutine, and leaves what is a future already as it is;
// inner() need not know how the task came about. A Runner is what run() uses: here it is made by
// hand.
#include <skein/asyncio.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> wrapped() {
  print("wrapped");
  co_return "result";
}

asyncio::Coroutine<> inner(asyncio::Task<std::string> task) {
  print("inner: starting");
  print("inner: waiting for a task that is done: {}", task.done());
  const std::string result = co_await task;
  print("inner: task returned {}", result);
}

asyncio::Coroutine<> starter() {
  print("starter: creating task");
  auto task = asyncio::ensure_future(wrapped());
  print("starter: it is the same: {}", asyncio::ensure_future(task) == task);
  print("starter: waiting for inner");
  co_await inner(task);
  print("starter: inner returned");
}

int main() {
  asyncio::Runner runner;
  print("entering event loop");
  runner.run(starter());
}
