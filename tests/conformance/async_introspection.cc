// async_introspection.cc - async_introspection.py, line by line.
#include <skein/contextvars.h>

#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using skein::contextvars::ContextVar;
using skein::contextvars::copy_context;

namespace {

const ContextVar<std::string> var("var", "default");
std::vector<std::string> log;

void first(const asyncio::Task<int>& task) { log.push_back("first, of " + task.get_name()); }

void second(const asyncio::Task<int>& /*task*/) { log.emplace_back("second"); }

asyncio::Coroutine<int> child(int rounds) {
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  co_return rounds;
}

void show_stack(const std::string& when, const asyncio::Task<int>& task) {
  std::vector<std::string> names;
  for (const asyncio::StackFrame& frame : task.get_stack()) names.push_back(frame.function);
  print{when, names, task.get_stack(1).size()};
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  auto task = asyncio::create_task({.name = "child"}, child(2));
  print{task.get_coro(), task.get_loop() == loop, asyncio::ensure_future(task).get_loop() == loop};
  show_stack("made:", task);
  co_await asyncio::sleep(0);
  show_stack("waits:", task);
  for (auto* const callback : {first, second, first, second}) task.add_done_callback(callback);
  print{"removed:", task.remove_done_callback(first), task.remove_done_callback(first)};
  task.add_done_callback(first);
  print{"result:", co_await task};
  print{"left:", task.remove_done_callback(second)};
  co_await asyncio::sleep(0);
  print{log};
  show_stack("done:", task);
  print{task.get_coro(), task.get_loop() == loop};

  var.set("copied");
  const auto context = copy_context();
  context.run([] { var.set("given"); });
  auto later = loop.call_later(30, first, task);
  auto at = loop.call_at(loop.time() + 30, {.context = &context}, first, task);
  var.set("changed");
  print{later.get_context()[var], at.get_context()[var], at.cancelled()};
  later.cancel();
  at.cancel();
  print{later.cancelled(), at.cancelled(), at.get_context()[var]};

  print{asyncio::current_task(loop) == asyncio::current_task()};
  auto other = asyncio::new_event_loop();
  print{asyncio::current_task(other).has_value() ? "a task" : "None", asyncio::all_tasks(other).size(),
        asyncio::all_tasks(loop).size()};
  print{other.get_debug(), other.get_exception_handler() ? "a handler" : "None"};
  other.set_debug(true);
  print{other.get_debug(), loop.get_debug()};
  other.close();
  print{other.get_debug()};
}

}  // namespace

int main() { asyncio::run(main_program()); }
