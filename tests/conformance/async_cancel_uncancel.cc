// async_cancel_uncancel.cc - async_cancel_uncancel.py, line by line.
#include <skein/asyncio.h>

#include <cstdint>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

std::vector<std::uint32_t> log;
std::vector<std::vector<std::uint32_t>> counted;

// Swallows that many cancellations, and tells what it sees.
asyncio::Coroutine<std::uint32_t> swallows(int times) {
  const asyncio::AnyTask task = asyncio::current_task().value();
  while (times > 0) {
    try {
      co_await asyncio::sleep(60);
    } catch (const asyncio::CancelledError&) {
      log.push_back(task.cancelling());
      --times;
    }
  }
  co_return task.cancelling();
}

asyncio::Coroutine<std::string> counts() {
  asyncio::AnyTask task = asyncio::current_task().value();
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    counted.push_back({task.cancelling(), task.uncancel(), task.uncancel(), task.uncancel(), task.cancelling()});
  }
  co_await asyncio::sleep(0);
  co_return "through";
}

asyncio::Coroutine<std::string> turns() {
  for (int number = 0; number < 3; ++number) co_await asyncio::sleep(0);
  co_return "turns";
}

asyncio::Coroutine<> main_coroutine() {
  {
    auto task = asyncio::create_task(swallows(3));
    co_await asyncio::sleep(0);
    for (int number = 0; number < 3; ++number) {
      print{task.cancel(), task.cancelling(), task.done()};
      co_await asyncio::sleep(0);
      co_await asyncio::sleep(0);
    }
    print{co_await awaited(task), task.cancelled(), task.cancelling(), log};
  }

  // Taken back as often as it was asked for; more often is no error.
  auto task = asyncio::create_task(counts());
  co_await asyncio::sleep(0);
  task.cancel();
  task.cancel();
  print{co_await awaited(task), task.cancelled(), counted};

  // Forgotten before it was thrown: by others, before the start and while the task only waits for its turn.
  task = asyncio::create_task(turns());
  print{task.cancel(), task.uncancel(), task.cancelling()};
  print{co_await awaited(task), task.cancelled()};
  task = asyncio::create_task(turns());
  co_await asyncio::sleep(0);
  print{task.cancel(), task.cancel(), task.uncancel(), task.uncancel()};
  print{co_await awaited(task), task.cancelled()};
  task = asyncio::create_task(turns());
  co_await asyncio::sleep(0);
  print{task.cancel(), task.cancel(), task.uncancel(), task.cancelling()};
  print{co_await awaited(task), task.cancelled()};

  // Too late: what it waits for has been cancelled.
  auto late = asyncio::create_task(swallows(1));
  co_await asyncio::sleep(0);
  print{late.cancel(), late.uncancel()};
  print{co_await awaited(late), late.cancelled(), late.cancelling()};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
