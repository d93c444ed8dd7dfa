// async_timer_handles.cc - async_timer_handles.py, line by line.
#include <skein/asyncio.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();

  // when() is what call_at() was given.
  const std::vector<std::pair<std::string, double>> times{{"0.0", 0.0},
                                                          {"0.1", 0.1},
                                                          {"123.0", 123.0},
                                                          {"1000000.3333333334", 1e6 + 1.0 / 3},
                                                          {"1000000000000.0", 1e12},
                                                          {"inf", std::numeric_limits<double>::infinity()}};
  for (const auto& [text, when] : times) {
    asyncio::TimerHandle handle = loop.call_at(when < 1e5 ? when + 1e5 : when, note, "due");
    handle.cancel();
    print{text, handle.when() == (when < 1e5 ? when + 1e5 : when), handle.cancelled()};
  }

  // Of call_later() it is the time of the call and the delay.
  for (const int delay : {0, 60, -60}) {
    const double before = loop.time();
    asyncio::TimerHandle handle = loop.call_later(delay, note, "later");
    const double after = loop.time();
    print{delay, before + delay <= handle.when() && handle.when() <= after + delay};
    handle.cancel();
  }
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log};

  // A timer may be cancelled by another one of the same batch.
  const double now = loop.time();
  asyncio::TimerHandle second = loop.call_at(now - 1, note, "second");
  asyncio::TimerHandle first = loop.call_at(now - 2, [&] {
    log.emplace_back("first");
    second.cancel();
  });
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log, first.cancelled(), second.cancelled()};

  // One that has run can be cancelled, in vain, and still says when it was due.
  first.cancel();
  print{first.cancelled(), first.when() == now - 2};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
