// async_eager_current_task.cc - async_eager_current_task.py, line by line.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

std::vector<std::pair<std::string, asyncio::AnyTask>> tasks;

void known(const std::string& name) { tasks.emplace_back(name, *asyncio::current_task()); }

std::string name() {
  const std::optional<asyncio::AnyTask> current = asyncio::current_task();
  for (const auto& [name, task] : tasks) {
    if (current == task) return name;
  }
  return current.has_value() ? "unknown" : "None";
}

std::vector<std::string> names() {
  const auto pending = asyncio::all_tasks();
  std::vector<std::string> all;
  for (const auto& [name, task] : tasks) {
    if (std::ranges::find(pending, task) != pending.end()) all.push_back(name);
  }
  std::ranges::sort(all);
  return all;
}

asyncio::Coroutine<> inner() {
  known("inner");
  log.push_back("inner: " + name() + " of " + std::to_string(names().size()));
  co_await asyncio::sleep(0);
  log.push_back("inner later: " + name());
}

asyncio::Coroutine<> outer() {
  known("outer");
  log.push_back("outer: " + name() + " of " + std::to_string(names().size()));
  auto task = asyncio::create_task(inner());
  log.push_back("outer after: " + name() + " of " + std::to_string(names().size()));
  co_await task;
  log.push_back("outer later: " + name() + " of " + std::to_string(names().size()));
}

asyncio::Coroutine<> at_once() {
  known("at once");
  log.push_back("at once: " + name() + " of " + std::to_string(names().size()));
  co_return;
}

asyncio::Coroutine<> fails() {
  throw skein::ValueError(name());
  co_return;
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  known("main");
  loop.set_task_factory(asyncio::eager_task_factory);
  auto task = asyncio::create_task(outer());
  log.push_back("main: " + name());
  print{log, names()};
  log.clear();
  co_await task;
  print{name(), log};

  log.clear();
  task = asyncio::create_task(at_once());
  log.push_back("main: " + name());
  const auto all = asyncio::all_tasks();
  print{log, names(), std::ranges::find(all, asyncio::AnyTask(task)) != all.end(), task.done()};

  log.clear();
  task = asyncio::create_task(fails());
  print{name(), names(), task.exception() != nullptr};

  // From a callback: nobody's before and after.
  auto callback = [] {
    log.push_back("before: " + name());
    asyncio::create_task(at_once());
    log.push_back("between: " + name());
    asyncio::create_task(inner());
    log.push_back("after: " + name());
  };
  loop.call_soon(callback);
  for (int number = 0; number < 3; ++number) co_await asyncio::sleep(0);
  print{log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
