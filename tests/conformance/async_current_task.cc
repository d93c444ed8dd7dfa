// async_current_task.cc - async_current_task.py, line by line.
#include <skein/asyncio.h>

#include <algorithm>
#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

std::string name() {
  const std::optional<asyncio::AnyTask> task = asyncio::current_task();
  return task.has_value() ? task->get_name() : "None";
}

std::vector<std::string> names_of(const std::vector<asyncio::AnyTask>& tasks) {
  std::vector<std::string> result;
  for (const asyncio::AnyTask& task : tasks) result.push_back(task.get_name());
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::string> names() { return names_of(asyncio::all_tasks()); }

asyncio::Coroutine<std::string> nested() { co_return name(); }

asyncio::Coroutine<> work(asyncio::Future<void> future) {
  log.push_back(name() + " " + co_await nested());
  co_await future;
  log.push_back(name());
}

asyncio::Coroutine<> alone() {
  for (int number = 0; number < 3; ++number) co_await asyncio::sleep(0);
  log.emplace_back("alone");
}

asyncio::Coroutine<> fails() {
  throw skein::ValueError(name());
  co_return;
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  asyncio::current_task()->set_name("main");
  print{name(), co_await nested(), names()};

  auto future = loop.create_future();
  auto a = asyncio::create_task({.name = "a"}, work(future));
  auto b = asyncio::create_task({.name = "b"}, work(future));
  print{names()};
  loop.call_soon([] { log.push_back("callback " + name()); });
  future.add_done_callback([](const asyncio::AnyFuture&) { log.push_back("done callback " + name()); });
  a.add_done_callback([](const asyncio::AnyFuture&) { log.push_back("task callback " + name()); });
  co_await asyncio::sleep(0);
  print{names(), log};

  log.clear();
  a.cancel();
  print{names()};
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{names(), log};

  // A task that only the loop knows goes on.
  log.clear();
  asyncio::create_task({.name = "alone"}, alone());
  print{names()};
  for (int number = 0; number < 5; ++number) co_await asyncio::sleep(0);
  const std::vector<asyncio::AnyTask> all = asyncio::all_tasks();
  print{names(), log, std::find(all.begin(), all.end(), asyncio::current_task().value()) != all.end()};

  // An exception thrown out of a task leaves no traces.
  auto task = asyncio::create_task({.name = "fails"}, fails());
  try {
    co_await task;
  } catch (const skein::ValueError& e) {
    print{e.what(), name(), names()};
  }
}

}  // namespace

int main() {
  asyncio::run(main_coroutine());
  asyncio::EventLoop loop = asyncio::new_event_loop();
  auto pending = loop.create_task({.name = "pending"}, nested());
  print{names_of(asyncio::all_tasks(loop))};
  print{loop.run_until_complete(pending), asyncio::all_tasks(loop).size()};
  loop.close();
}
