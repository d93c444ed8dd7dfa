// async_debug_slow.cc - async_debug_slow.py, line by line. What Python logs goes to a handler here, which is asked
// outside of debug mode too.
#include <skein/time.h>

#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

std::string kind(const std::string& what) {
  const bool task = what.starts_with("<Task");
  for (const std::string& name : std::vector<std::string>{"a", "b", "c"}) {
    if (task && what.find("name='" + name + "'") != std::string::npos)
      return "Task " + name + " " + what.substr(6, what.find(' ', 6) - 6);
  }
  return task ? "Task" : what.find("Handle") != std::string::npos ? "Handle" : what;
}

void block() { skein::time::sleep(0.025); }

asyncio::Coroutine<> slow(int steps) {
  for (int i = 0; i < steps; ++i) {
    block();
    co_await asyncio::sleep(0);
  }
}

asyncio::Coroutine<> fails() {
  block();
  throw skein::ValueError("slow and bad");
  co_return;
}

asyncio::Coroutine<> fast() {
  for (int i = 0; i < 10; ++i) co_await asyncio::sleep(0);
}

asyncio::Coroutine<> main_program(bool debug) {
  auto loop = asyncio::get_running_loop();
  if (debug) {
    loop.set_slow_callback_handler(
        [](const std::string& what, double seconds) { log.push_back(kind(what) + " " + str(seconds >= 0.02)); });
  }
  loop.set_debug(debug);
  loop.set_slow_callback_duration(0.02);
  auto a = asyncio::create_task({.name = "a"}, slow(2));
  auto b = asyncio::create_task({.name = "b"}, fails());
  auto c = asyncio::create_task({.name = "c"}, fast());
  co_await asyncio::wait(std::vector<asyncio::Task<void>>{a, b, c});
  static_cast<void>(b.exception());
  log.emplace_back("next");
  loop.call_soon(block);
  loop.call_soon([] {});
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  log.emplace_back("timer");
  loop.call_later(0, block);
  co_await asyncio::sleep(0.001);
  co_await asyncio::sleep(0);
  loop.set_slow_callback_duration(60);
  loop.call_soon(block);
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  loop.set_debug(false);
}

}  // namespace

int main() {
  for (const bool debug : {true, false}) {
    log.clear();
    asyncio::run(main_program(debug));
    print{log};
  }
}
