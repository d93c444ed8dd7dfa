// async_debug_mode.cc - async_debug_mode.py, line by line.
#include <optional>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

asyncio::Coroutine<bool> mode() { co_return asyncio::get_running_loop().get_debug(); }

asyncio::Coroutine<std::vector<int>> switches() {
  auto loop = asyncio::get_running_loop();
  std::vector<int> said{loop.get_debug()};
  loop.set_debug(true);
  said.push_back(loop.get_debug());
  co_await asyncio::sleep(0);
  said.push_back(loop.get_debug());
  loop.set_debug(false);
  said.push_back(loop.get_debug());
  co_return said;
}

std::string shown(double seconds) { return seconds == 0.1 ? "0.1" : seconds == 0.5 ? "0.5" : "another"; }

// A loop_factory's loop, and what run() makes of it.
asyncio::EventLoop make() {
  auto loop = asyncio::new_event_loop();
  loop.set_debug(true);
  return loop;
}

}  // namespace

int main() {
  print{asyncio::run(mode()), asyncio::run({.debug = true}, mode()), asyncio::run({.debug = false}, mode())};
  print{asyncio::run(switches()), asyncio::run({.debug = true}, switches())};

  auto loop = asyncio::new_event_loop();
  print{loop.get_debug(), shown(loop.slow_callback_duration())};
  loop.set_debug(true);
  print{loop.get_debug(), loop.run_until_complete(mode()), loop.get_debug()};
  loop.set_slow_callback_duration(0.5);
  print{shown(loop.slow_callback_duration())};
  loop.close();
  print{loop.get_debug(), shown(loop.slow_callback_duration())};

  {
    asyncio::Runner runner({.debug = true});
    print{runner.get_loop().get_debug(), runner.run(mode())};
    runner.get_loop().set_debug(false);
    print{runner.run(mode())};
  }
  {
    asyncio::Runner runner;
    print{runner.get_loop().get_debug(), runner.run(mode())};
  }

  for (const std::optional<bool> debug : {std::optional<bool>(), std::optional(true), std::optional(false)}) {
    asyncio::Runner runner({.debug = debug, .loop_factory = make});
    print{debug, runner.run(mode())};
  }
}
