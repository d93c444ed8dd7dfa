// async_sleep_delays.cc - async_sleep_delays.py, line by line.
#include <skein/asyncio.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<std::string> log;

asyncio::Coroutine<> turns(std::string name, double delay) {
  for (int number = 0; number < 3; ++number) {
    log.push_back(name + str(number));
    co_await asyncio::sleep(delay);
  }
}

asyncio::Coroutine<> sleeps(std::string text, double delay) {
  co_await asyncio::sleep(delay);
  log.push_back(text);
}

asyncio::Coroutine<std::string> never(double delay) { co_return co_await asyncio::sleep(delay, std::string("never")); }

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();

  // Zero and less are one turn each.
  co_await asyncio::gather(turns("a", 0), turns("b", -1), turns("c", -0.0), turns("d", -kInf), turns("e", -1e300));
  print{log};

  // The result.
  print{co_await asyncio::sleep(0, "zero"), co_await asyncio::sleep(-5, "negative"),
        co_await asyncio::sleep(0.001, "short")};
  co_await asyncio::sleep(0);
  print{skein::None, co_await asyncio::sleep(0, std::vector{1, 2})};

  // Not shorter than it was asked for.
  for (const auto& [text, delay] : {std::pair{"0.003", 0.003}, std::pair{"0.02", 0.02}}) {
    const double begin = loop.time();
    co_await asyncio::sleep(delay);
    print{text, loop.time() - begin >= delay};
  }

  // By their delays, whatever the order of their begin.
  log.clear();
  co_await asyncio::gather(sleeps("0.09", 0.09), sleeps("0.03", 0.03), sleeps("0.06", 0.06), sleeps("-1", -1));
  print{log};

  // Endless ones: never, and no error. Cancelled, they end.
  for (const auto& [text, delay] :
       {std::pair{"inf", kInf}, std::pair{"1e+300", 1e300}, std::pair{"10000000000.0", 1e10}}) {
    auto task = asyncio::create_task(never(delay));
    co_await asyncio::sleep(0.002);
    print{text, task.done(), task.cancel(), co_await awaited(task)};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
