// async_runner.cc - async_runner.py, line by line.
#include <skein/contextvars.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;
using skein::contextvars::ContextVar;
using skein::contextvars::copy_context;

namespace {

const ContextVar<std::string> var("var", "default");
std::vector<asyncio::EventLoop> loops;

asyncio::Coroutine<std::string> step(std::string value) {
  loops.push_back(asyncio::get_running_loop());
  const std::string before = var.get();
  var.set(value);
  co_await asyncio::sleep(0);
  co_return before;
}

asyncio::Coroutine<> fails() {
  throw skein::ValueError("in the run");
  co_return;
}

asyncio::Coroutine<asyncio::Task<std::string>> leaves_a_task() { co_return asyncio::create_task(step("left")); }

asyncio::Coroutine<std::vector<std::string>> nested(asyncio::Runner& runner) {
  std::vector<asyncio::Coroutine<std::string>> coroutines;
  for (int i = 0; i < 2; ++i) coroutines.push_back(step("never"));
  std::vector<std::string> said;
  said.push_back(outcome([&] { return runner.run(std::move(coroutines[0])); }));
  said.push_back(outcome([&] { return asyncio::run(std::move(coroutines[1])); }));
  co_return said;
}

}  // namespace

int main() {
  asyncio::Runner runner;
  print{runner.run(step("one")), runner.run(step("two")), var.get()};
  print{"one loop:", loops[0] == loops[1], runner.get_loop() == loops[0]};
  print{outcome([&] { runner.run(fails()); }), runner.run(step("three"))};

  // A context of one's own.
  const auto context = copy_context();
  context.run([] { var.set("given"); });
  print{runner.run(context, step("inside")), context[var], runner.run(step("four"))};

  // What one run leaves goes on in the next one.
  auto task = runner.run(leaves_a_task());
  print{"left:", task.done()};
  runner.run([]() -> asyncio::Coroutine<> { co_await asyncio::sleep(0.001); });
  print{"now:", task.done(), task.result()};

  // Refused.
  print{runner.run(nested(runner))};
  runner.close();
  runner.close();
  print{"get_loop", outcome([&] { static_cast<void>(runner.get_loop()); }), loops[0].is_closed()};
  auto coroutine = step("never");
  print{outcome([&] { return runner.run(std::move(coroutine)); })};

  // Never used, and made with a loop of one's own.
  {
    const asyncio::Runner unused;
  }
  std::vector<asyncio::EventLoop> made;

  const auto factory = [&] {
    made.push_back(asyncio::new_event_loop());
    return made.back();
  };

  // Without `with`, which makes the loop at once.
  {
    asyncio::Runner other({.debug = true, .loop_factory = factory});
    print{"made when needed:", made.size(), other.run(step("x")), made.size(), made[0].get_debug()};
    print{other.get_loop() == made[0], made[0].is_running(), made[0].is_closed()};
  }
  print{made[0].is_closed(), made.size()};
  print{asyncio::run({.debug = false}, step("y")), var.get()};
}
