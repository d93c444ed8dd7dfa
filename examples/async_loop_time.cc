// The loop has a clock of its own, by which it goes itself: once in a while the time since the
// beginning, until there is no time left for another round.
//
// demo: seconds within 0.2
#include <skein/asyncio.h>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> display_time() {
  auto loop = asyncio::get_running_loop();
  const double begin = loop.time();
  const double end_time = begin + 0.8;
  while (true) {
    print("{:.1f} seconds", loop.time() - begin);
    if (loop.time() + 0.2 >= end_time) {
      break;
    }
    co_await asyncio::sleep(0.2);
  }
}

int main() { asyncio::run(display_time()); }
