// async_semaphore_cancel.cc - async_semaphore_cancel.py, line by line.
#include <skein/asyncio.h>

#include <algorithm>
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

asyncio::Coroutine<std::string> takes(asyncio::Semaphore& semaphore, std::string name) {
  try {
    co_await semaphore.acquire();
  } catch (const asyncio::CancelledError&) {
    log.push_back(name + " cancelled " + bare(semaphore));
    throw;
  }
  log.push_back(name + " has it");
  co_return name;
}

asyncio::Coroutine<> scene(std::vector<std::string> what) {
  log.clear();
  asyncio::Semaphore semaphore(0);
  std::map<std::string, asyncio::Task<std::string>> tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.emplace(name, asyncio::create_task(takes(semaphore, name)));
  co_await rounds(1);
  std::string text;
  for (const std::string& action : what) {
    text += (text.empty() ? "" : ", ") + action;
    if (action == "release") {
      semaphore.release();
    } else if (action == "late") {
      co_await rounds(1);
    } else if (tasks.contains(action) && action != "d") {
      tasks.at(action).cancel();
    } else {
      tasks.emplace("d", asyncio::create_task(takes(semaphore, "d")));
    }
  }
  log.push_back(bare(semaphore));
  co_await rounds(5);
  log.push_back(bare(semaphore));
  int permits = 0;
  while (!std::all_of(tasks.begin(), tasks.end(), [](const auto& task) { return task.second.done(); })) {
    semaphore.release();
    ++permits;
    co_await rounds(2);
  }
  std::vector<std::string> results;
  for (const auto& [name, task] : tasks) results.push_back(co_await awaited(task));
  print{text, "|", results, permits, bare(semaphore)};
  print{"  ", log};
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::vector<std::string>> scenes{
      {"release", "a"},
      {"a", "release"},
      {"release", "release", "a"},
      {"release", "release", "a", "b"},
      {"release", "release", "b", "a"},
      {"release", "release", "a", "d"},
      {"a", "b", "release"},
      {"a", "b", "c", "release"},
      {"release", "a", "b", "c"},
      {"release", "a", "late", "release"},
      {"release", "release", "release", "a", "b", "c", "d"},
      {"release", "b", "release"},
      {"a", "d", "release", "late", "b"},
      {"a", "b", "c", "d"},
      {"release", "release", "release", "release", "release", "b", "d"},
  };
  for (const std::vector<std::string>& what : scenes) co_await scene(what);
  // All who wait are cancelled, and there is a permit: it is taken without waiting.
  log.clear();
  asyncio::Semaphore semaphore(1);
  co_await semaphore.acquire();
  auto task = asyncio::create_task(takes(semaphore, "e"));
  co_await rounds(1);
  task.cancel();
  semaphore.release();
  print{bare(semaphore), semaphore.locked()};
  co_await semaphore.acquire();
  print{bare(semaphore), semaphore.locked(), log};
  co_await rounds(1);
  print{bare(semaphore), semaphore.locked(), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
