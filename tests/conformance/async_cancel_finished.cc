// async_cancel_finished.cc - async_cancel_finished.py, line by line.
#include <skein/asyncio.h>

#include <memory>
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

asyncio::Coroutine<std::string> returns() { co_return "result"; }

asyncio::Coroutine<std::string> fails() {
  throw skein::ValueError("failed");
  co_return "";
}

asyncio::Coroutine<std::string> sleeps() {
  co_await asyncio::sleep(60);
  co_return "";
}

std::string late(asyncio::Task<std::string> task) {
  std::string text = "[" + str(task.cancel("late"));
  text += ", " + str(task.cancelling());
  text += ", " + str(task.uncancel());
  text += ", " + str(task.cancelled());
  return text + ", " + str(task.done()) + "]";
}

asyncio::Coroutine<> main_coroutine() {
  for (const auto function : {returns, fails}) {
    auto task = asyncio::create_task(function());
    co_await asyncio::sleep(0);
    print{late(task), late(task), co_await awaited(task)};
    print{said(task.exception())};
  }

  auto task = asyncio::create_task(sleeps());
  co_await asyncio::sleep(0);
  print{task.cancel("first"), task.done()};
  co_await asyncio::sleep(0);
  print{late(task), late(task), co_await awaited(task)};

  // In the round between its last step and the news of it.
  task = asyncio::create_task(returns());
  auto waiter = asyncio::create_task(awaited(task));
  // Shared: the callback may come after the end of this coroutine.
  auto seen = std::make_shared<std::vector<bool>>();
  task.add_done_callback([seen](asyncio::Task<std::string> t) { seen->push_back(t.cancel()); });
  co_await asyncio::sleep(0);
  print{task.done(), waiter.done(), task.cancel()};
  print{co_await waiter, *seen, task.cancelled()};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
