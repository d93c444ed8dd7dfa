// async_cancel_before_start.cc - async_cancel_before_start.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> work(std::string name) {
  log.push_back(name + " begins");
  co_return name;
}

asyncio::Coroutine<> main_coroutine() {
  auto task = asyncio::create_task(work("a"));
  task.add_done_callback([](const asyncio::Task<std::string>& t) { log.push_back("callback " + str(t.cancelled())); });
  print{task.cancel("never"), task.done(), task.cancelled(), task.cancelling()};
  co_await asyncio::sleep(0);
  print{task.done(), task.cancelled(), log};
  co_await asyncio::sleep(0);
  print{log, co_await awaited(task)};

  // Cancelled twice.
  log.clear();
  task = asyncio::create_task(work("b"));
  print{task.cancel(), task.cancel(), task.cancelling()};
  print{co_await awaited(task), log};

  // One of several, made in one round.
  log.clear();
  std::vector<asyncio::Task<std::string>> tasks;
  for (int number = 0; number < 5; ++number) tasks.push_back(asyncio::create_task(work(str(number))));
  tasks[1].cancel();
  tasks[3].cancel("three");
  std::vector<std::string> ends;
  for (const auto& each : tasks) ends.push_back(co_await awaited(each));
  print{ends, log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
