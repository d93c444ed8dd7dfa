// async_condition_passed_on.cc - async_condition_passed_on.py, line by line.
#include <skein/asyncio.h>

#include <map>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::print;
using conformance::rounds;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> waits(asyncio::Condition& condition, std::string name) {
  const auto held = co_await condition.scoped();
  co_await condition.wait();
  log.push_back(name);
  co_return name;
}

asyncio::Coroutine<> scene(std::vector<std::string> what) {
  log.clear();
  asyncio::Condition condition;
  std::map<std::string, asyncio::Task<std::string>> tasks;
  for (const std::string name : {"a", "b", "c", "d"}) {
    tasks.emplace(name, asyncio::create_task(waits(condition, name)));
  }
  co_await rounds(3);
  co_await condition.acquire();
  std::string text;
  for (const std::string& action : what) {
    text += (text.empty() ? "" : ", ") + action;
    if (action == "notify") {
      condition.notify();
    } else if (action == "notify 2") {
      condition.notify(2);
    } else if (action == "late") {
      co_await rounds(1);
    } else {
      tasks.at(action).cancel();
    }
  }
  condition.release();
  co_await rounds(10);
  std::vector<std::string> cancelled;
  for (const auto& [name, task] : tasks) {
    if (task.cancelled()) cancelled.push_back(name);
  }
  print{text, "|", log, cancelled, bare(condition)};
  {
    const auto held = co_await condition.scoped();
    condition.notify_all();
  }
  std::vector<std::string> results;
  for (const auto& [name, task] : tasks) results.push_back(co_await awaited(task));
  print{"  ", results, bare(condition)};
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::vector<std::string>> scenes{
      {"notify", "a"},
      {"notify", "late", "a"},
      {"a", "notify"},
      {"a", "late", "notify"},
      {"notify", "b"},
      {"notify", "a", "b"},
      {"notify", "b", "a"},
      {"notify", "a", "b", "c", "d"},
      {"notify 2", "a"},
      {"notify 2", "b", "a"},
      {"notify 2", "late", "a", "late", "b"},
      {"notify", "a", "notify"},
      {"a", "b"},  // A cancelled one passes on what it had not: a notification that nobody sent.
      {"a", "late", "late", "b"},
  };
  for (const std::vector<std::string>& what : scenes) co_await scene(what);
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
