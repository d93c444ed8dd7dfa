// async_task_rounds.cc - async_task_rounds.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<std::string> sleeper(std::string name, int count) {
  for (int number = 0; number < count; ++number) {
    log.push_back(name + std::to_string(number));
    co_await asyncio::sleep(0);
  }
  log.push_back(name + " ends");
  co_return name;
}

asyncio::Coroutine<int> plain(int number) { co_return number; }

asyncio::Coroutine<> child() {
  log.emplace_back("child");
  co_return;
}

asyncio::Coroutine<> parent() {
  auto task = asyncio::create_task(child());
  task.add_done_callback([](const asyncio::AnyFuture& /*t*/) { log.emplace_back("callback 1"); });
  asyncio::get_running_loop().call_soon(note, "soon 1");
  co_await task;
  log.emplace_back("parent");
}

asyncio::Coroutine<> other() {
  for (int number = 0; number < 4; ++number) {
    log.push_back(std::to_string(number));
    co_await asyncio::sleep(0);
  }
}

asyncio::Coroutine<> tree(std::string name, int depth) {
  log.push_back(name);
  if (depth > 0) {
    auto left = asyncio::create_task(tree(name + "l", depth - 1));
    auto right = asyncio::create_task(tree(name + "r", depth - 1));
    co_await left;
    co_await right;
  }
  log.push_back(name + ".");
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();

  // They begin in the order of their making, behind a callback that was there before.
  loop.call_soon(note, "callback");
  auto a = asyncio::create_task(sleeper("a", 3));
  auto b = asyncio::create_task(sleeper("b", 2));
  loop.call_soon(note, "callback");
  log.emplace_back("made");
  print{co_await a, log};
  print{co_await b, log.size()};

  // Awaiting a coroutine, a finished future or a finished task takes no round.
  log.clear();
  auto finished = loop.create_future<int>();
  finished.set_result(7);
  loop.call_soon(note, "next round");
  int total = 0;
  for (int number = 0; number < 100; ++number) {
    total += co_await plain(number);
    total += co_await finished;
    co_await a;
  }
  log.push_back(std::to_string(total));
  co_await asyncio::sleep(0);
  print{log};

  // A task that ends wakes the one that waits for it in the next round; its own callbacks come in their order.
  log.clear();
  co_await asyncio::gather(parent(), other());
  print{log};

  // Tasks that make tasks: breadth first.
  log.clear();
  co_await tree("", 2);
  print{log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
