// async_barrier_cancel.cc - async_barrier_cancel.py, line by line.
#include <skein/asyncio.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::print;
using conformance::rounds;
using conformance::str;

namespace {

asyncio::Coroutine<std::string> passes(asyncio::Barrier& barrier, std::string name) {
  co_return name + str(co_await barrier.wait());
}

asyncio::Coroutine<> scene(std::vector<std::string> what) {
  asyncio::Barrier barrier(3);
  std::vector<std::pair<std::string, asyncio::Task<std::string>>> tasks;
  std::vector<std::string> log;
  std::string text;
  for (const std::string& action : what) {
    text += (text.empty() ? "" : ", ") + action;
    if (action == "late") {
      co_await rounds(1);
    } else if (action.starts_with("cancel ")) {
      for (auto& [name, task] : tasks) {
        if (name == action.substr(7)) task.cancel();
      }
    } else {
      tasks.emplace_back(action, asyncio::create_task(passes(barrier, action)));
    }
    log.push_back(bare(barrier));
  }
  co_await rounds(12);
  std::vector<std::string> pending;
  for (const auto& [name, task] : tasks) {
    if (!task.done()) pending.push_back(name);
  }
  print{text, "|", pending, bare(barrier), log};
  // As many as are missing.
  while (!std::all_of(tasks.begin(), tasks.end(), [](const auto& task) { return task.second.done(); })) {
    const std::string name = "x" + str(tasks.size()) + "-";
    tasks.emplace_back(name, asyncio::create_task(passes(barrier, name)));
    co_await rounds(12);
  }
  std::vector<std::string> results;
  for (const auto& [name, task] : tasks) results.push_back(co_await awaited(task));
  print{"  ", results, bare(barrier)};
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::vector<std::string>> scenes{
      {"a", "late", "late", "cancel a"},
      {"a", "b", "late", "late", "cancel a", "late", "late", "c"},
      {"a", "b", "late", "late", "cancel b", "c"},
      {"a", "b", "late", "late", "c", "cancel a"},
      {"a", "b", "c", "late", "cancel a"},
      {"a", "b", "c", "late", "late", "cancel b"},
      {"a", "b", "c", "late", "d", "late", "cancel d"},
      {"a", "b", "c", "late", "d", "late", "cancel a", "cancel d"},
      {"a", "b", "c", "late", "d", "e", "f", "late", "cancel a", "cancel e"},
      {"a", "b", "c", "d", "e", "f", "late", "late", "cancel a", "late", "late", "cancel d"},
      {"a", "b", "late", "cancel a", "cancel b"},
  };
  for (const std::vector<std::string>& what : scenes) co_await scene(what);
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
