// async_await_itself.cc - async_await_itself.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <string_view>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> itself() {
  try {
    co_await asyncio::current_task().value();
  } catch (const skein::RuntimeError& e) {
    log.push_back(std::string(e.what()).substr(0, std::string_view("Task cannot await on itself").size()));
  }
  co_return "went on";
}

asyncio::Coroutine<> not_caught() { co_await asyncio::current_task().value(); }

std::vector<asyncio::Task<void>> tasks;

asyncio::Coroutine<> waits(std::size_t number) {
  struct Finally {
    std::size_t number;
    ~Finally() { log.push_back(str(number) + " ends"); }
  } const finally{number};
  co_await tasks[1 - number];
}

asyncio::Coroutine<std::string> fails() {
  co_await asyncio::sleep(0);
  throw skein::ValueError("failed");
  co_return "";
}

asyncio::Coroutine<std::string> returns() {
  co_await asyncio::sleep(0);
  co_return "result";
}

asyncio::Coroutine<> main_coroutine() {
  {
    auto task = asyncio::create_task(itself());
    print{co_await awaited(task), log};
  }

  // The error comes in the next round.
  log.clear();
  {
    auto task = asyncio::create_task(itself());
    for (int number = 0; number < 3; ++number) {
      log.push_back("-" + str(number) + "-");
      co_await asyncio::sleep(0);
    }
    print{log, task.done()};
  }

  // Not caught.
  {
    auto task = asyncio::create_task(not_caught());
    const std::string text = co_await awaited(task);
    print{text.substr(0, std::string_view("RuntimeError: Task cannot await on itself").size())};
  }

  // Two that wait for each other hang.
  log.clear();
  tasks.push_back(asyncio::create_task(waits(0)));
  tasks.push_back(asyncio::create_task(waits(1)));
  for (int number = 0; number < 5; ++number) co_await asyncio::sleep(0);
  print{std::vector{tasks[0].done(), tasks[1].done()}};

  // One task, awaited by many, again after its end.
  for (const auto function : {fails, returns}) {
    auto task = asyncio::create_task(function());
    std::vector<asyncio::Coroutine<std::string>> waiters;
    for (int number = 0; number < 3; ++number) waiters.push_back(awaited(task));
    print{co_await asyncio::gather(std::move(waiters)), co_await awaited(task), co_await awaited(task)};
  }

  // A coroutine is awaited once.
  auto coroutine = returns();
  const auto await_it = [&]() -> asyncio::Coroutine<std::string> { co_return co_await coroutine; };
  print{co_await awaited(await_it())};
  print{co_await awaited(await_it())};
}

}  // namespace

int main() {
  asyncio::EventLoop loop = asyncio::new_event_loop();
  loop.run_until_complete(main_coroutine());
}
