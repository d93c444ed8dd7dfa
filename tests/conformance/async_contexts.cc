// async_contexts.cc - async_contexts.py, line by line.
#include <skein/asyncio.h>
#include <skein/contextvars.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
namespace contextvars = skein::contextvars;
using conformance::print;

namespace {

const contextvars::ContextVar<std::string> var("var", "default");
std::vector<std::string> log;

void tell(const std::string& text) { log.push_back(text + " " + var.get()); }

asyncio::Coroutine<> child(std::string text) {
  tell(text + " begins");
  var.set(text);
  co_await asyncio::sleep(0);
  tell(text + " goes on");
}

asyncio::Coroutine<> coroutine() {
  var.set("coroutine");
  co_return;
}

asyncio::Coroutine<> cleans_up() {
  var.set("task");
  struct Finally {
    ~Finally() { tell("clean-up"); }
  } const finally;
  co_await asyncio::sleep(60);
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  var.set("main");

  // A task has a copy of the context of its making; what it sets stays there. A coroutine has the caller's.
  auto task = asyncio::create_task(child("child"));
  var.set("later");
  co_await task;
  tell("main");
  co_await coroutine();
  tell("main");

  // Callbacks, too.
  loop.call_soon(tell, "soon");
  loop.call_later(0, tell, "timer");
  loop.call_soon_threadsafe(tell, "threadsafe");
  auto future = loop.create_future();
  future.add_done_callback([](const asyncio::AnyFuture& /*f*/) { tell("done callback"); });
  var.set("changed");
  future.set_result();
  loop.call_soon([] { var.set("in a callback"); });
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  tell("main");
  print{log};

  // In a context of one's own: what is set there can be seen afterwards.
  log.clear();
  const contextvars::Context context;
  co_await asyncio::create_task({.context = &context}, child("own"));
  loop.call_soon(asyncio::CallOptions{.context = &context}, tell, "soon");
  co_await asyncio::sleep(0);
  print{log, context[var], var.get()};
  const contextvars::Context of_task = asyncio::create_task({.context = &context}, coroutine()).get_context();
  print{of_task == context};
  co_await asyncio::sleep(0);
  print{context[var]};

  // The clean-up of a cancelled task runs in the task's context.
  log.clear();
  task = asyncio::create_task(cleans_up());
  co_await asyncio::sleep(0);
  task.cancel();
  task.add_done_callback([](const asyncio::AnyFuture& /*t*/) { tell("callback"); });
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log};
}

asyncio::Coroutine<> ask_from_another_context() {
  const asyncio::AnyTask task = *asyncio::current_task();
  std::vector<contextvars::Context> found;
  contextvars::copy_context().run([&] { found.push_back(task.get_context()); });
  var.set("since");
  print{found[0][var], found[0] == task.get_context()};
  co_return;
}

asyncio::Coroutine<> ask(asyncio::AnyTask task, std::vector<contextvars::Context>* found) {
  found->push_back(task.get_context());
  co_return;
}

asyncio::Coroutine<> ask_from_an_eager_task() {
  const asyncio::AnyTask task = *asyncio::current_task();
  std::vector<contextvars::Context> found;
  asyncio::get_running_loop().set_task_factory(asyncio::eager_task_factory);
  asyncio::create_task(ask(task, &found));
  var.set("since");
  print{found[0][var], found[0] == task.get_context()};
  co_return;
}

// The context of a task, in which nothing has been set yet, when somebody first asks for it.
asyncio::Coroutine<> ask_in_tasks() {
  co_await asyncio::create_task(ask_from_another_context());
  co_await asyncio::create_task(ask_from_an_eager_task());
}

}  // namespace

int main() {
  asyncio::run(ask_in_tasks());
  asyncio::run(main_coroutine());
  print{var.get()};
}
