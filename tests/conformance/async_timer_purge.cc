// async_timer_purge.cc - async_timer_purge.py, line by line.
#include <skein/asyncio.h>

#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<int> log;

void note(int place) { log.push_back(place); }

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  const std::vector<std::pair<int, int>> cases{{10, 2}, {250, 2}, {600, 3}, {2000, 7}, {1000, 1000}, {500, 1}};
  for (const auto& [count, keep] : cases) {
    log.clear();
    const double base = loop.time() - 5000;
    const double future = loop.time() + 5000;
    std::vector<std::pair<int, asyncio::TimerHandle>> handles;
    std::vector<asyncio::TimerHandle> late;
    for (int number = 0; number < count; ++number) {
      const int place = (number * 7919) % count;  // In no order.
      handles.emplace_back(place, loop.call_at(base + place, note, place));
      late.push_back(loop.call_at(future + place, note, -1));
    }
    for (auto& [place, handle] : handles) {
      if (place % keep != 0) handle.cancel();
    }
    for (asyncio::TimerHandle& handle : late) handle.cancel();
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    std::vector<int> expected;
    for (int place = 0; place < count; ++place) {
      if (place % keep == 0) expected.push_back(place);
    }
    print{count, keep, log.size(), log == expected};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
