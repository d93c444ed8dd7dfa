// async_stop.cc - async_stop.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

std::vector<std::string> take() { return std::exchange(log, {}); }

asyncio::Coroutine<std::string> steps() {
  for (int number = 0; number < 3; ++number) {
    log.push_back(std::to_string(number));
    co_await asyncio::sleep(0);
  }
  co_return "steps";
}

}  // namespace

int main() {
  asyncio::EventLoop loop = asyncio::new_event_loop();
  const auto stop = [loop]() mutable { loop.stop(); };

  // Before the loop runs: one round.
  loop.call_soon(note, "a");
  loop.call_soon([loop]() mutable { loop.call_soon(note, "nested"); });
  loop.call_soon(note, "b");
  loop.stop();
  loop.run_forever();
  print{take(), loop.is_running()};
  loop.stop();
  loop.run_forever();
  print{take()};

  // In a callback: the rest of the batch runs.
  loop.call_soon(note, "before");
  loop.call_soon(stop);
  loop.call_soon([loop]() mutable { loop.call_soon(note, "next time"); });
  loop.call_soon(note, "behind");
  loop.run_forever();
  print{take()};
  loop.call_soon(stop);
  loop.run_forever();
  print{take()};

  // Twice is once.
  loop.call_soon(stop);
  loop.call_soon(stop);
  loop.run_forever();
  loop.call_soon(note, "x");
  loop.call_soon(stop);
  loop.run_forever();
  print{take()};

  // run_until_complete of what does not end.
  auto task = loop.create_task(steps());
  loop.call_soon(stop);
  print{outcome([&] { return loop.run_until_complete(task); }), take()};
  print{outcome([&] { return loop.run_until_complete(task); }), take()};
  // Finished already.
  loop.call_soon(note, "also");
  print{outcome([&] { return loop.run_until_complete(task); }), take()};
  loop.close();
}
