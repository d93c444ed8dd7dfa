// async_task_errors.cc - async_task_errors.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::outcome;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

struct Custom : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return ""; }
};

asyncio::Coroutine<std::string> fails(std::exception_ptr error) {
  co_await asyncio::sleep(0);
  std::rethrow_exception(error);
  co_return "";
}

asyncio::Coroutine<std::string> returns(std::string value) { co_return value; }

asyncio::Coroutine<> outer(asyncio::Task<std::string> task) {
  try {
    co_await task;
  } catch (const skein::ValueError& e) {
    throw skein::RuntimeError("outer of " + std::string(e.what()));
  }
}

asyncio::Coroutine<std::string> result_of(asyncio::Task<std::string> task) { co_return task.result(); }

asyncio::Coroutine<std::string> exception_of(asyncio::Task<std::string> task) { co_return said(task.exception()); }

asyncio::Coroutine<> main_coroutine() {
  const auto value_error = [](const char* text) { return std::make_exception_ptr(skein::ValueError(text)); };
  const std::vector<std::exception_ptr> errors{value_error("text"), std::make_exception_ptr(Custom()),
                                               std::make_exception_ptr(skein::TimeoutError("late")),
                                               std::make_exception_ptr(asyncio::InvalidStateError("state"))};
  for (const std::exception_ptr& error : errors) {
    auto task = asyncio::create_task(fails(error));
    print{outcome([&] { return task.result(); }), "|", outcome([&] { return said(task.exception()); }), "|",
          task.done()};
    print{co_await awaited(task), "|", outcome([&] { return task.result(); }), "|", said(task.exception()), "|",
          task.cancelled()};
  }

  // Through two tasks, in which it changes.
  auto inner = asyncio::create_task(fails(value_error("inner")));
  auto outer_task = asyncio::create_task(outer(inner));
  print{co_await awaited(outer_task), "|", said(inner.exception())};

  // A task's outcome cannot be set.
  auto task = asyncio::create_task(returns("value"));
  print{outcome([&] { task.set_result("other"); })};
  print{outcome([&] { task.set_exception(skein::ValueError("other")); })};
  print{co_await task, task.result(), said(task.exception())};
  print{outcome([&] { task.set_result("other"); })};

  // A cancelled one.
  task = asyncio::create_task(returns("value"));
  task.cancel("enough");
  print{co_await awaited(task)};
  const std::string result = co_await awaited(result_of(task));
  const std::string exception = co_await awaited(exception_of(task));
  print{result.substr(0, result.find(':')), exception.substr(0, exception.find(':'))};

  // The callback gets the task, whose outcome is there.
  std::vector<std::string> seen;
  task = asyncio::create_task(fails(value_error("seen")));
  task.add_done_callback([&](const asyncio::Task<std::string>& t) {
    seen.push_back(str(t == task) + " " + str(t.done()) + " " + said(t.exception()));
  });
  print{co_await awaited(task), seen};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
