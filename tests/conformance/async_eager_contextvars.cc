// async_eager_contextvars.cc - async_eager_contextvars.py, line by line.
#include <skein/contextvars.h>

#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace contextvars = skein::contextvars;
using conformance::print;

namespace {

contextvars::ContextVar<std::string> var("var", "default");
std::vector<std::string> log;

asyncio::Coroutine<std::string> sets(std::string value, bool waits) {
  log.push_back(value + " begins with " + var.get());
  var.set(value);
  if (waits) {
    co_await asyncio::sleep(0);
    log.push_back(value + " goes on with " + var.get());
  }
  co_return var.get();
}

asyncio::Coroutine<std::string> nests(std::string value) {
  var.set(value);
  auto inner = asyncio::create_task(sets(value + " inner", false));
  log.push_back(value + " after its inner: " + var.get());
  co_return inner.result();
}

asyncio::Coroutine<> fails() {
  var.set("failed");
  throw skein::ValueError("");
  co_return;
}

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_task_factory(asyncio::eager_task_factory);
  var.set("main");
  auto task = asyncio::create_task(sets("a", false));
  print{var.get(), task.result()};
  task = asyncio::create_task(sets("b", true));
  print{var.get(), co_await task, var.get(), log};

  // A context of one's own is entered for the step, and left.
  log.clear();
  auto context = contextvars::copy_context();
  task = asyncio::create_task({.context = &context}, sets("c", true));
  print{var.get(), context[var], co_await task, context[var], log};
  log.clear();
  task = asyncio::create_task({.context = &context}, sets("d", false));
  print{var.get(), context[var], task.result(), log};
  print{context.run([] { return var.get(); })};

  // Nested.
  log.clear();
  task = asyncio::create_task(nests("e"));
  print{var.get(), task.result(), log};

  // One that fails leaves its context all the same.
  auto failing = asyncio::create_task(fails());
  print{var.get(), failing.exception() != nullptr};

  // In a callback with a context of its own.
  log.clear();
  contextvars::Context other;
  asyncio::get_running_loop().call_soon(
      {.context = &other}, [] { log.push_back(asyncio::create_task(sets("f", false)).result() + " " + var.get()); });
  co_await asyncio::sleep(0);
  print{log, var.get(), other.get(var)};
}

}  // namespace

int main() { asyncio::run(main_program()); }
