// async_contextvars_tasks.cc - async_contextvars_tasks.py, line by line.
#include <skein/contextvars.h>

#include <string>
#include <tuple>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using skein::contextvars::ContextVar;
using skein::contextvars::copy_context;

namespace {

using Pair = std::tuple<std::string, std::string>;
const ContextVar<std::string> var("var", "default");

asyncio::Coroutine<Pair> read_and_set(std::string value) {
  const std::string before = var.get();
  var.set(value);
  co_await asyncio::sleep(0);
  co_return Pair(before, var.get());
}

asyncio::Coroutine<> deep() {
  var.set("deep");
  co_await asyncio::sleep(0);
}

asyncio::Coroutine<> main_program() {
  var.set("main");
  auto task = asyncio::create_task(read_and_set("task"));
  var.set("later");
  print{co_await task, var.get(), task.get_context()[var]};

  // Awaited without a task: the same context.
  co_await deep();
  print{"awaited:", var.get()};

  // Two tasks in turns, and gather()'s.
  const auto [one, two] = co_await asyncio::gather(read_and_set("one"), read_and_set("two"));
  print{std::vector{one, two}, var.get()};

  // A context that is given, and what is left in it.
  const auto context = copy_context();
  context.run([] { var.set("given"); });
  print{co_await asyncio::create_task({.context = &context}, read_and_set("first")), context[var], var.get()};
  print{co_await asyncio::create_task({.context = &context}, read_and_set("second")), context[var], var.get()};
  auto loop = asyncio::get_running_loop();
  print{co_await loop.create_task({.context = &context}, read_and_set("third")), context[var]};

  // Two tasks in one context take turns in it.
  auto a = asyncio::create_task({.context = &context}, read_and_set("a"));
  auto b = asyncio::create_task({.context = &context}, read_and_set("b"));
  print{co_await a, co_await b, context[var]};

  // wait_for() awaits in the same task, shield() makes one.
  co_await asyncio::wait_for(deep(), 30);
  print{"wait_for:", var.get()};
  var.set("before");
  co_await asyncio::shield(deep());
  print{"shield:", var.get()};

  // Reset by a token, over an await.
  auto token = var.set("temporary");
  co_await asyncio::sleep(0);
  var.reset(token);
  print{"reset:", var.get()};
}

}  // namespace

int main() {
  asyncio::run(main_program);
  print{"outside:", var.get()};
}
