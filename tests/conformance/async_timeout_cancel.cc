// async_timeout_cancel.cc - async_timeout_cancel.py, line by line.
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

namespace {

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;

Work limited(asyncio::Timeout& limit, asyncio::Future<void> future) {
  try {
    co_await asyncio::with(limit, [&]() -> asyncio::Coroutine<> {
      try {
        co_await future;
      } catch (const asyncio::CancelledError&) {
        log.push_back(said(std::current_exception()));
        throw;
      }
    });
  } catch (const skein::TimeoutError&) {
    log.emplace_back("TimeoutError");
    co_return "timed out";
  }
  co_return "in time";
}

Work swallowed_before() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("swallowed");
  }
  asyncio::Timeout limit = asyncio::timeout(0);
  co_return co_await limited(limit, asyncio::get_running_loop().create_future());
}

Work body(std::string how) {
  co_return co_await asyncio::with(asyncio::timeout(0), [how]() -> Work {
    try {
      co_await asyncio::sleep(60);
    } catch (const asyncio::CancelledError&) {
      if (how == "returns") co_return "body";
      if (how == "raises") throw skein::ValueError("body");
      if (how == "cancels") throw asyncio::CancelledError("body");
    }
    co_return "None";
  });
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();

  // Both come in one round: the timeout's callback is queued by reschedule() or by entering.
  for (const std::string first : {"timeout", "cancel"}) {
    log.clear();
    auto future = loop.create_future();
    asyncio::Timeout limit = asyncio::timeout(skein::None);
    auto task = asyncio::create_task(limited(limit, future));
    co_await asyncio::sleep(0);
    if (first == "timeout") {
      limit.reschedule(loop.time() - 1);
      loop.call_soon([task]() mutable { task.cancel(); });
    } else {
      loop.call_soon([task]() mutable { task.cancel(); });
      limit.reschedule(loop.time() - 1);
    }
    print{first, co_await awaited(task), task.cancelled(), task.cancelling(), limit.expired(), log};
  }

  // A round apart.
  log.clear();
  {
    auto future = loop.create_future();
    asyncio::Timeout limit = asyncio::timeout(skein::None);
    auto task = asyncio::create_task(limited(limit, future));
    co_await asyncio::sleep(0);
    task.cancel("outside");
    co_await asyncio::sleep(0);
    print{co_await awaited(task), task.cancelling(), limit.expired(), log};
  }

  // Cancelled before the block was entered, and that was swallowed: the timeout counts from there.
  log.clear();
  {
    auto task = asyncio::create_task(swallowed_before());
    co_await asyncio::sleep(0);
    task.cancel();
    print{co_await awaited(task), task.cancelled(), task.cancelling(), log};
  }

  // The body ends otherwise, although its time is up.
  for (const std::string how : {"returns", "raises", "cancels"}) {
    auto task = asyncio::create_task(body(how));
    print{how, co_await awaited(task), task.cancelled(), task.cancelling()};
  }

  // The result comes in the round in which the time is up.
  for (const std::vector<std::string>& order :
       {std::vector<std::string>{"result", "timeout"}, std::vector<std::string>{"timeout", "result"}}) {
    log.clear();
    auto future = loop.create_future();
    asyncio::Timeout limit = asyncio::timeout(skein::None);
    auto task = asyncio::create_task(limited(limit, future));
    co_await asyncio::sleep(0);
    for (const std::string& each : order) {
      if (each == "result") {
        loop.call_soon([future]() mutable {
          if (!future.done()) future.set_result();
        });
      } else {
        limit.reschedule(loop.time() - 1);
      }
    }
    print{order[0], co_await awaited(task), task.cancelling(), future.cancelled(), limit.expired(), log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
