// async_eager_order.cc - async_eager_order.py, line by line.
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<std::string> work(std::string name, int waits) {
  log.push_back(name + " begins");
  for (int number = 0; number < waits; ++number) {
    co_await asyncio::sleep(0);
    log.push_back(name + " " + str(number));
  }
  log.push_back(name + " ends");
  co_return name;
}

asyncio::Coroutine<> on_future(std::string name, asyncio::Future<void> future) {
  log.push_back(name + " waits");
  co_await future;
  log.push_back(name + " goes on");
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  loop.set_task_factory(asyncio::eager_task_factory);
  loop.call_soon(note, "callback 1");
  auto a = asyncio::create_task(work("a", 2));
  log.push_back("made a, done " + str(a.done()));
  loop.call_soon(note, "callback 2");
  auto b = asyncio::create_task(work("b", 1));
  log.push_back("made b, done " + str(b.done()));
  auto c = asyncio::create_task(work("c", 0));
  log.push_back("made c, done " + str(c.done()));
  loop.call_soon(note, "callback 3");
  co_await asyncio::sleep(0);
  log.emplace_back("main");
  print{co_await a, co_await b, co_await c, log};

  log.clear();
  auto future = loop.create_future();
  auto first = asyncio::create_task(on_future("first", future));
  loop.set_task_factory(nullptr);
  auto lazy = asyncio::create_task(on_future("lazy", future));
  loop.set_task_factory(asyncio::eager_task_factory);
  auto second = asyncio::create_task(on_future("second", future));
  co_await asyncio::sleep(0);
  future.set_result();
  log.emplace_back("set");
  auto late = asyncio::create_task(on_future("late", future));
  co_await asyncio::wait(std::vector<asyncio::Task<void>>{first, lazy, second, late});
  print{log};

  // In a callback, where no task is the current one.
  log.clear();
  loop.call_soon([] { log.push_back("in a callback " + str(asyncio::create_task(work("d", 1)).done())); });
  for (int number = 0; number < 3; ++number) {
    log.push_back("main " + str(number));
    co_await asyncio::sleep(0);
  }
  print{log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
