// async_callback_raises.cc - async_callback_raises.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::said;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

// Of the message the first three words.
void handler(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  const std::string message = context.message;
  std::size_t end = message.find(' ');
  for (int spaces = 1; spaces < 3 && end != std::string::npos; ++spaces) end = message.find(' ', end + 1);
  log.push_back(message.substr(0, end) + ": " + said(context.exception));
}

void bad(const std::string& text) {
  log.push_back(text);
  throw skein::ValueError(text);
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  loop.set_exception_handler(handler);
  print{loop.get_exception_handler() != nullptr};
  loop.call_soon(bad, "soon");
  loop.call_soon(note, "next");
  loop.call_later(0, bad, "later");
  loop.call_soon_threadsafe(bad, "threadsafe");
  auto future = loop.create_future();
  future.add_done_callback([](const asyncio::AnyFuture& /*f*/) { bad("done 1"); });
  future.add_done_callback([](const asyncio::AnyFuture& /*f*/) { note("done 2"); });
  future.add_done_callback([](const asyncio::AnyFuture& /*f*/) { bad("done 3"); });
  future.set_result();
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  for (const std::string& line : log) print{line};

  // A cancellation, too: it cancels nothing.
  log.clear();
  loop.call_soon([] { throw asyncio::CancelledError("stray"); });
  co_await asyncio::sleep(0);
  print{log};

  // A handler that raises: the loop goes on.
  log.clear();
  loop.set_exception_handler([](const asyncio::EventLoop&, const asyncio::ExceptionContext&) {
    log.emplace_back("handler");
    throw skein::RuntimeError("handler");
  });
  loop.call_soon(bad, "x");
  co_await asyncio::sleep(0);
  print{log};

  // Called by hand, it gets what it is given.
  log.clear();
  loop.set_exception_handler(handler);
  loop.call_exception_handler({.message = "by hand", .exception = std::make_exception_ptr(skein::ValueError("k"))});
  loop.call_exception_handler({.message = ""});
  print{log};
  loop.set_exception_handler(nullptr);
  print{loop.get_exception_handler() == nullptr ? "None" : "there"};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
