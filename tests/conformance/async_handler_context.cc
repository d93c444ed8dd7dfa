// async_handler_context.cc - async_handler_context.py, line by line.
#include <skein/asyncio.h>
#include <skein/contextvars.h>

#include <optional>
#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using skein::contextvars::ContextVar;

namespace {

const ContextVar<std::string> name("name", "nothing");
std::vector<std::string> log;

void handler(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  log.push_back(context.message.substr(0, context.message.find(' ')) + " " + name.get());
}

asyncio::Coroutine<> fails() {
  name.set("task");
  throw skein::ValueError("x");
  co_return;
}

void bad() {
  name.set("callback");
  throw skein::ValueError("x");
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  loop.set_exception_handler(handler);
  name.set("main");

  loop.call_soon(bad);
  loop.call_later(0, bad);
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log};

  log.clear();
  std::optional task = asyncio::create_task(fails());
  co_await asyncio::sleep(0);
  task.reset();
  co_await asyncio::sleep(0);
  print{log, name.get()};

  log.clear();
  loop.call_exception_handler({.message = "direct"});
  print{log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
