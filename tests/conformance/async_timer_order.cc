// async_timer_order.cc - async_timer_order.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<> rounds(int count) {
  for (int number = 0; number < count; ++number) {
    log.push_back("-" + std::to_string(number) + "-");
    co_await asyncio::sleep(0);
  }
}

void again(int count) {
  log.push_back("again " + std::to_string(count));
  if (count > 0) asyncio::get_running_loop().call_later(0, again, count - 1);
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  const double now = loop.time();

  // All in the past: one batch, by their times.
  for (const int delay : {5, 3, 9, 1, 7, 2, 8, 4, 6}) {
    loop.call_at(now - 10 + delay, note, "at " + std::to_string(delay));
  }
  loop.call_soon(note, "soon");
  co_await rounds(2);
  print{log};

  // Two of one time.
  log.clear();
  loop.call_at(now - 1, note, "first");
  loop.call_at(now - 1, note, "second");
  co_await rounds(1);
  print{log};

  // Negative delays count back from now; zero is now.
  log.clear();
  loop.call_later(0, note, "0");
  loop.call_later(-1, note, "-1");
  loop.call_later(-3, note, "-3");
  loop.call_later(-2, note, "-2");
  loop.call_at(loop.time() - 2.5, note, "at -2.5");
  co_await rounds(2);
  print{log};

  // A timer that is due stands behind what was ready when the round began; what comes in the round waits for the next.
  log.clear();
  loop.call_soon([loop]() mutable { loop.call_soon(note, "nested"); });
  loop.call_later(0, note, "timer");
  loop.call_soon(note, "soon");
  co_await rounds(3);
  print{log};

  // A timer that schedules itself anew with no delay does so once a round, and starves nobody.
  log.clear();
  again(3);
  co_await rounds(4);
  print{log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
