// async_generator_contexts.cc - async_generator_contexts.py, line by line.
#include <skein/contextvars.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace contextvars = skein::contextvars;
using conformance::print;
using conformance::str;

namespace {

using Words = asyncio::AsyncGenerator<std::string>;

contextvars::ContextVar<std::string> var("var", "default");

std::string name() { return asyncio::current_task()->get_name(); }

Words tells() {
  for (;;) co_yield name() + " " + var.get();
}

Words sets() {
  for (int number = 0; number < 3; ++number) {
    var.set("set " + str(number));
    co_await asyncio::sleep(0);
    co_yield name() + " " + var.get();
  }
}

asyncio::Coroutine<std::tuple<std::string, std::string>> ask(Words& generator,
                                                             std::optional<std::string> value = std::nullopt) {
  if (value.has_value()) var.set(*value);
  auto said = co_await generator.next();
  co_return std::tuple(*said, var.get());
}

asyncio::Coroutine<> main_program() {
  asyncio::current_task()->set_name("main");
  auto generator = tells();
  print{co_await generator.next()};
  var.set("main1");
  print{co_await generator.next()};
  for (const std::string& task_name : std::vector<std::string>{"a", "b"}) {
    print{co_await asyncio::create_task({.name = task_name}, ask(generator, task_name + "2")), var.get()};
  }
  print{co_await generator.next()};
  co_await generator.aclose();

  // What it sets, its consumer sees, and only who asked.
  generator = sets();
  print{co_await generator.next(), var.get()};
  print{co_await asyncio::create_task({.name = "c"}, ask(generator)), var.get()};
  const auto context = contextvars::copy_context();
  print{co_await asyncio::create_task({.name = "d", .context = &context}, ask(generator)), var.get(), context[var]};
}

}  // namespace

int main() {
  asyncio::run(main_program());
  print{var.get()};
}
