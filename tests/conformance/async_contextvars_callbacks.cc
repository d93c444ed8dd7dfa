// async_contextvars_callbacks.cc - async_contextvars_callbacks.py, line by line.
#include <skein/contextvars.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
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

void note(const std::string& what) {
  log.push_back(what + ": " + var.get());
  var.set("changed by " + what);
}

void print_sorted() {
  std::vector<std::string> lines = log;
  std::ranges::sort(lines);
  for (const std::string& line : lines) print{line};
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  var.set("soon");
  auto soon = loop.call_soon(note, "call_soon");
  var.set("threadsafe");
  loop.call_soon_threadsafe(note, "call_soon_threadsafe");
  var.set("later");
  loop.call_later(0, note, "call_later");
  var.set("at");
  loop.call_at(loop.time() - 1, note, "call_at");
  var.set("done");
  auto future = loop.create_future();
  future.add_done_callback([](const asyncio::AnyFuture& /*f*/) { note("add_done_callback"); });
  future.set_result();
  const auto context = copy_context();
  context.run([] { var.set("given"); });
  loop.call_soon({.context = &context}, note, "with a context");
  loop.call_later(0, {.context = &context}, note, "later with a context");
  print{"handle:", soon.get_context()[var]};
  var.set("at the end");
  co_await asyncio::sleep(0.005);
  print_sorted();
  print{var.get(), "|", context[var]};

  log.clear();
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) throw skein::RuntimeError("socketpair");
  const auto [left, right] = pair;
  const auto receive = [left] {
    char letter = 0;
    return ::read(left, &letter, 1) == 1;
  };
  var.set("reader");
  loop.add_reader(left, [&] { note("add_reader"), receive(); });
  var.set("writer");
  loop.add_writer(right, [&, writer = right] { note("add_writer"), loop.remove_writer(writer); });
  var.set("signal");
  loop.add_signal_handler(SIGUSR1, note, "add_signal_handler");
  var.set("at the end");
  if (::write(right, "x", 1) != 1) throw skein::RuntimeError("write");
  ::kill(::getpid(), SIGUSR1);
  while (log.size() < 3) co_await asyncio::sleep(0.001);
  print_sorted();
  // The same registration again: in the same context.
  if (::write(right, "y", 1) != 1) throw skein::RuntimeError("write");
  while (log.size() < 4) co_await asyncio::sleep(0.001);
  print{log[3]};
  print{var.get()};
  loop.remove_reader(left);
  loop.remove_signal_handler(SIGUSR1);
  ::close(left);
  ::close(right);
}

}  // namespace

int main() { asyncio::run(main_program); }
