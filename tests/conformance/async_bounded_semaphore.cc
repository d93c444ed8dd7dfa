// async_bounded_semaphore.cc - async_bounded_semaphore.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> takes(asyncio::BoundedSemaphore& semaphore, std::string name) {
  co_await semaphore.acquire();
  log.push_back(name + " has it");
}

asyncio::Coroutine<> waits(asyncio::Barrier& barrier, std::string name) {
  try {
    co_await barrier.wait();
    log.push_back(name + " is through");
  } catch (const asyncio::BrokenBarrierError&) {
    log.push_back(name + " finds it broken");
  }
}

asyncio::Coroutine<> main_program() {
  asyncio::BoundedSemaphore one;
  print{one.locked(), co_await one.acquire(), one.locked()};
  one.release();
  print{one.locked(), outcome([&] { one.release(); }), one.locked()};

  asyncio::BoundedSemaphore two(2);
  std::vector<std::string> states;
  for (int number = 0; number < 3; ++number) {
    states.push_back(str(two.locked()));
    if (number < 2) co_await two.acquire();
  }
  auto task = asyncio::create_task(takes(two, "a"));
  co_await asyncio::sleep(0);
  two.release();
  states.push_back(str(two.locked()));
  print{states, log};
  co_await task;
  print{two.locked(), log};
  two.release();
  two.release();
  print{two.locked(), outcome([&] { two.release(); })};
  print{outcome([] { asyncio::BoundedSemaphore(-1); }), asyncio::BoundedSemaphore(0).locked()};

  log.clear();
  asyncio::Barrier barrier(3);
  std::vector<asyncio::Task<void>> tasks{asyncio::create_task(waits(barrier, "b")),
                                         asyncio::create_task(waits(barrier, "c"))};
  co_await asyncio::sleep(0);
  co_await barrier.abort();
  co_await asyncio::gather(tasks);
  co_await waits(barrier, "d");
  print{barrier.broken(), log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
