// A task before and after it ran, as it is written: state, name, coroutine, result.
#include <skein/asyncio.h>

#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

// What << writes, without the place in the source.
std::string text(const asyncio::Task<std::string>& task) {
  std::ostringstream out;
  out << task;
  static const std::regex kPlace(" (running at|done, defined at) [^>]*>");
  return std::regex_replace(out.str(), kPlace, ">");
}

asyncio::Coroutine<std::string> task_func() {
  print("in task_func");
  co_return "the result";
}

asyncio::Coroutine<> async_main() {
  auto loop = asyncio::get_running_loop();
  print("creating task");
  auto task = loop.create_task(task_func());
  print("waiting for {}", text(task));
  const std::string return_value = co_await task;
  print("task completed {}", text(task));
  print("return value: {}", return_value);

  task = asyncio::create_task({.name = "the second"}, task_func());
  task.cancel();
  print("canceled task {}", text(task));
  const std::vector tasks = {task};
  co_await asyncio::wait(tasks);
  print("task completed {}", text(task));
}

int main() { asyncio::run(async_main()); }
