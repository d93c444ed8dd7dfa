// async_as_completed_timeout.cc - async_as_completed_timeout.py, line by line.
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

using Strings = std::vector<std::string>;
using Tasks = std::vector<asyncio::Task<std::string>>;
std::vector<std::string> log;

asyncio::Coroutine<std::string> child(std::string name, int rounds) {
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  co_return name;
}

asyncio::Coroutine<std::string> hang() {
  try {
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("cancelled");
    throw;
  }
  co_return "";
}

std::vector<bool> done(const Tasks& tasks) {
  std::vector<bool> all;
  for (const auto& task : tasks) all.push_back(task.done());
  return all;
}

asyncio::Coroutine<Strings> outcomes(Tasks tasks, double timeout) {
  Strings all;
  for (auto& each : asyncio::as_completed(tasks, {.timeout = timeout}))
    all.push_back(co_await awaited(std::move(each)));
  co_return all;
}

asyncio::Coroutine<> main_program() {
  Tasks tasks;
  tasks.push_back(asyncio::create_task(hang()));
  tasks.push_back(asyncio::create_task(child("quick", 1)));
  tasks.push_back(asyncio::create_task(hang()));
  for (auto& each : asyncio::as_completed(tasks, {.timeout = 0.01})) {
    const std::string ended = co_await awaited(std::move(each));
    print{ended, done(tasks), log};
  }
  print{"still there:", done(tasks)};

  // Time enough.
  std::vector<asyncio::Coroutine<std::string>> coroutines;
  coroutines.push_back(child("a", 0));
  coroutines.push_back(child("b", 2));
  Strings results;
  for (auto& each : asyncio::as_completed(coroutines, {.timeout = 30})) results.push_back(co_await std::move(each));
  print{results};

  // No time at all.
  print{co_await outcomes({tasks[0], tasks[2]}, 0)};
  print{co_await outcomes({tasks[0], tasks[2]}, -1)};
  print{"nothing:", co_await outcomes({}, 0)};

  // Cancelled while it waits: that one wait ends, the next one takes what comes.
  std::vector<asyncio::Future<std::string>> futures;
  for (int i = 0; i < 2; ++i) futures.push_back(asyncio::get_running_loop().create_future<std::string>());
  Tasks waits;
  for (auto& each : asyncio::as_completed(futures, {.timeout = 30})) {
    waits.push_back(asyncio::create_task(awaited(std::move(each))));
  }
  co_await asyncio::sleep(0);
  waits[0].cancel();
  futures[1].set_result("for the second");
  Strings of_waits;
  for (const auto& wait : waits) of_waits.push_back(co_await wait);
  print{of_waits};
  print{done(tasks), log};
  tasks[0].cancel();
  tasks[2].cancel();
}

}  // namespace

int main() { asyncio::run(main_program); }
