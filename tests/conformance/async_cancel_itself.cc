// async_cancel_itself.cc - async_cancel_itself.py, line by line.
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
using conformance::str;

namespace {

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;

asyncio::Coroutine<> plain(std::string text) {
  log.push_back(text);
  co_return;
}

asyncio::AnyTask this_task() { return asyncio::current_task().value(); }

Work at_future() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  auto future = loop.create_future();
  this_task().cancel("itself");
  log.emplace_back("goes on");
  co_await plain("a coroutine");
  auto done = loop.create_future<std::string>();
  done.set_result("a finished future");
  log.push_back(co_await done);
  try {
    co_await future;
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()) + " " + str(future.cancelled()));
    throw;
  }
  co_return "None";
}

Work at_turn() {
  this_task().cancel("itself");
  try {
    co_await asyncio::sleep(0);
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
  }
  co_await asyncio::sleep(0);
  co_return "went on";
}

Work at_sleep() {
  this_task().cancel("itself");
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
  }
  co_await asyncio::sleep(0.001);
  co_return "went on";
}

Work returns() {
  this_task().cancel("itself");
  co_return "returned";
}

Work fails() {
  this_task().cancel("itself");
  throw skein::ValueError("failed");
  co_return "";
}

Work takes_back() {
  asyncio::AnyTask task = this_task();
  task.cancel();
  log.push_back(str(task.cancelling()));
  co_await plain("a coroutine");
  log.push_back(str(task.uncancel()));
  co_return "taken back";
}

Work at_task() {
  auto child = asyncio::create_task(plain("child"));
  this_task().cancel("itself");
  try {
    co_await child;
  } catch (...) {
    log.push_back(str(child.cancelled()) + " " + str(child.cancelling()));
    throw;
  }
  log.push_back(str(child.cancelled()) + " " + str(child.cancelling()));
  co_return "None";
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::pair<std::string, Work (*)()>> functions{
      {"at_future", at_future}, {"at_turn", at_turn},       {"at_sleep", at_sleep}, {"returns", returns},
      {"fails", fails},         {"takes_back", takes_back}, {"at_task", at_task}};
  for (const auto& [name, function] : functions) {
    log.clear();
    auto task = asyncio::create_task(function());
    print{name, co_await awaited(task), task.cancelled(), task.cancelling(), log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
