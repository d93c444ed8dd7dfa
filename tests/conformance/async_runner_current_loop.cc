// async_runner_current_loop.cc - async_runner_current_loop.py, line by line.
#include <optional>
#include <string>
#include <tuple>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

namespace {

std::string get_event_loop(const std::optional<asyncio::EventLoop>& wanted = std::nullopt) {
  return outcome([&] { return asyncio::get_event_loop() == wanted; });
}

asyncio::Coroutine<std::tuple<bool, bool>> inside(asyncio::EventLoop other) {
  co_return {asyncio::get_event_loop() == asyncio::get_running_loop(), asyncio::get_event_loop() == other};
}

}  // namespace

int main() {
  asyncio::Runner runner;
  auto loop = runner.get_loop();
  print{"between:", get_event_loop(loop), outcome([] { static_cast<void>(asyncio::get_running_loop()); })};
  runner.close();
  print{"after:", get_event_loop()};

  auto other = asyncio::new_event_loop();
  asyncio::set_event_loop(other);
  print{"set:", asyncio::get_event_loop() == other};

  print{"inside:", asyncio::run(inside(other))};
  print{"after run():", get_event_loop()};
  const std::string in_other = in_thread([] { static_cast<void>(asyncio::get_event_loop()); });
  print{"in a thread:", in_other.substr(0, in_other.find(" in thread "))};
  other.close();
}
