// async_cancel_message.cc - async_cancel_message.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> tells(asyncio::Future<void> future) {
  try {
    co_await future;
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
    throw;
  }
}

asyncio::Coroutine<> raises_its_own(asyncio::Future<void> future, std::vector<std::string> text) {
  try {
    co_await future;
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
  }
  if (text.empty()) throw asyncio::CancelledError();
  throw asyncio::CancelledError(text[0]);
}

asyncio::Coroutine<> sleeps(int delay) { co_await asyncio::sleep(delay); }

asyncio::Coroutine<> later() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
  }
  auto other = asyncio::get_running_loop().create_future();
  other.cancel();
  co_await other;
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();

  auto future = loop.create_future();
  auto task = asyncio::create_task(tells(future));
  co_await asyncio::sleep(0);
  task.cancel("why");
  print{co_await awaited(task), log, co_await awaited(future)};

  // Through a chain of tasks to the innermost, and back.
  log.clear();
  auto inner = asyncio::create_task(tells(loop.create_future()));
  auto middle = asyncio::create_task(tells(inner));
  auto outer = asyncio::create_task(tells(middle));
  co_await asyncio::sleep(0);
  outer.cancel("chain");
  print{co_await awaited(outer), log};
  print{inner.cancelling(), middle.cancelling(), outer.cancelling()};

  // None and nothing are the same.
  log.clear();
  task = asyncio::create_task(tells(loop.create_future()));
  co_await asyncio::sleep(0);
  task.cancel();
  print{co_await awaited(task), log};

  // The coroutine's own CancelledError is the task's.
  for (const std::vector<std::string>& text : {std::vector<std::string>{"mine"}, std::vector<std::string>{}}) {
    log.clear();
    task = asyncio::create_task(raises_its_own(loop.create_future(), text));
    co_await asyncio::sleep(0);
    task.cancel("theirs");
    print{text, co_await awaited(task), log};
  }

  // Thrown at a sleep(0), and at a sleep that has not ended.
  for (const int delay : {0, 60}) {
    task = asyncio::create_task(sleeps(delay));
    co_await asyncio::sleep(0);
    task.cancel("sleep " + str(delay));
    print{co_await awaited(task)};
  }

  // A message that was swallowed does not come back.
  log.clear();
  task = asyncio::create_task(later());
  co_await asyncio::sleep(0);
  task.cancel("swallowed");
  print{co_await awaited(task), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
