// async_timer_ties.cc - async_timer_ties.py, line by line.
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

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;

Work limited(asyncio::Future<std::string> future, double when) {
  co_return co_await asyncio::with(asyncio::timeout_at(when), [future]() -> Work {
    try {
      co_return co_await future;
    } catch (const asyncio::CancelledError&) {
      log.emplace_back("CancelledError");
      throw;
    }
  });
}

void ends(asyncio::Future<std::string> future) {
  log.push_back("ends " + str(future.cancelled()));
  if (!future.done()) future.set_result("result");
}

Work sleeps(double when) {
  try {
    co_await asyncio::sleep(when - asyncio::get_running_loop().time());
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("CancelledError");
  }
  co_return "slept";
}

Work main_sleep() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  const double when = loop.time() + 0.02;
  auto task = asyncio::create_task(sleeps(when));
  co_await asyncio::sleep(0);
  // Both are due when the loop looks.
  loop.call_at(when + 0.005, [task]() mutable { task.cancel(); });
  while (loop.time() < when + 0.01) {
  }
  co_return co_await awaited(task);
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  for (const std::string order : {"result first", "timeout first", "cancel first", "cancel last"}) {
    log.clear();
    auto future = loop.create_future<std::string>();
    const double when = loop.time() + 0.03;
    auto task = asyncio::create_task(limited(future, when));
    const auto cancel = [task]() mutable { task.cancel(); };
    if (order == "result first") {
      loop.call_at(when, ends, future);
    } else if (order == "cancel first") {
      loop.call_at(when, cancel);
    }
    co_await asyncio::sleep(0);
    if (order == "timeout first") {
      loop.call_at(when, ends, future);
    } else if (order == "cancel last") {
      loop.call_at(when, cancel);
    }
    print{order, co_await awaited(task), task.cancelled(), task.cancelling(), future.cancelled(), log};
  }

  // A sleep and a cancel() in one batch: the sleep has ended, but its task has not been told.
  log.clear();
  print{co_await main_sleep(), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
