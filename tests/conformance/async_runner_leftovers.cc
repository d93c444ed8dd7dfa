// async_runner_leftovers.cc - async_runner_leftovers.py, line by line.
#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

void note(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  log.push_back("report: " + context.message + ": " + said(context.exception) + ", " + context.task->get_name());
}

asyncio::Coroutine<> hang(std::string name, std::exception_ptr then = nullptr) {
  std::exception_ptr error;
  try {
    log.push_back(name + " hangs");
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError&) {
    error = std::current_exception();
  }
  co_await asyncio::sleep(0.001);
  log.push_back(name + " is through");
  log.push_back(name + " cleans up");
  std::rethrow_exception(then != nullptr ? then : error);
}

asyncio::Coroutine<std::string> main_program(bool raises) {
  asyncio::get_running_loop().set_exception_handler(note);
  asyncio::create_task({.name = "A"}, hang("a"));
  asyncio::create_task({.name = "B"}, hang("b", std::make_exception_ptr(skein::ValueError("in the end"))));
  asyncio::create_task({.name = "N"}, hang("never"));
  co_await asyncio::sleep(0);
  std::vector<std::string> tasks;
  for (const auto& task : asyncio::all_tasks()) {
    if (task != *asyncio::current_task()) tasks.push_back(task.get_name());
  }
  std::ranges::sort(tasks);
  log.push_back("tasks: " + str(tasks));
  if (raises) throw skein::RuntimeError("main");
  co_return "main's result";
}

// One that refuses: it runs to its end.
asyncio::Coroutine<> refuses() {
  for (int n = 0; n < 3; ++n) {
    try {
      co_await asyncio::sleep(0.002);
      log.push_back("slept " + str(n));
    } catch (const asyncio::CancelledError&) {
      log.push_back("refused in " + str(n));
    }
  }
}

asyncio::Coroutine<> leaves(asyncio::Coroutine<> (*function)()) {
  asyncio::create_task(function());
  co_await asyncio::sleep(0);
}

// Callbacks and a task that begins another one in the end.
asyncio::Coroutine<> begins_another() {
  std::exception_ptr error;
  try {
    co_await asyncio::sleep(30);
  } catch (const asyncio::CancelledError&) {
    error = std::current_exception();
  }
  log.push_back("another: " + co_await asyncio::ensure_future(asyncio::sleep(0, std::string("made"))));
  asyncio::get_running_loop().call_soon([] { log.emplace_back("callback"); });
  std::rethrow_exception(error);
}

asyncio::Coroutine<> begins_nothing() {
  asyncio::create_task(hang("not begun"));
  co_return;
}

}  // namespace

int main() {
  for (const bool raises : {false, true}) {
    log.clear();
    print{outcome([&] { return asyncio::run(main_program(raises)); })};
    for (std::size_t i = 0; i < 4; ++i) print{" ", log[i]};
    std::sort(log.begin() + 4, log.end());
    for (std::size_t i = 4; i < log.size(); ++i) print{" ", log[i]};
  }

  log.clear();
  asyncio::run(leaves(refuses));
  print{log};

  log.clear();
  asyncio::run(leaves(begins_another));
  print{log};

  // Cancelled before it began.
  log.clear();
  asyncio::run(begins_nothing());
  print{log};
}
