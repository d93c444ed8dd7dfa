// async_cancel_twice.cc - async_cancel_twice.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> wait_for_future(asyncio::Future<void> future) {
  try {
    co_await future;
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
  }
  log.emplace_back("goes on");
  try {
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0.001);
  } catch (const asyncio::CancelledError&) {
    log.push_back("again " + said(std::current_exception()));
  }
  co_return "end";
}

asyncio::Coroutine<std::string> wait_for_sleep() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
  }
  log.emplace_back("goes on");
  try {
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0.001);
  } catch (const asyncio::CancelledError&) {
    log.push_back("again " + said(std::current_exception()));
  }
  co_return "end";
}

asyncio::Coroutine<std::string> wait_for_turn() {
  try {
    co_await asyncio::sleep(0);
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
  }
  log.emplace_back("goes on");
  try {
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0.001);
  } catch (const asyncio::CancelledError&) {
    log.push_back("again " + said(std::current_exception()));
  }
  co_return "end";
}

asyncio::Coroutine<> sleep_long() { co_await asyncio::sleep(60); }

asyncio::Coroutine<> check(std::string what, asyncio::Coroutine<std::string> coroutine) {
  log.clear();
  auto task = asyncio::create_task(std::move(coroutine));
  co_await asyncio::sleep(0);
  print{what, task.cancel("first"), task.cancel("second"), task.cancelling()};
  print{what, co_await awaited(task), log};
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  co_await check("future", wait_for_future(loop.create_future()));
  co_await check("task", wait_for_future(asyncio::create_task(sleep_long())));
  co_await check("sleep", wait_for_sleep());
  co_await check("turn", wait_for_turn());
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
