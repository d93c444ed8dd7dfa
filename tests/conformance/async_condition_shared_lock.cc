// async_condition_shared_lock.cc - async_condition_shared_lock.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::outcome;
using conformance::print;
using conformance::rounds;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> plays(asyncio::Condition& mine, asyncio::Condition& other, std::string name, int count) {
  const auto held = co_await mine.scoped();
  for (int i = 0; i < count; ++i) {
    co_await mine.wait();
    log.push_back(name + str(i));
    other.notify();
  }
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::Lock lock;
  asyncio::Condition ping(lock);
  asyncio::Condition pong(lock);
  print{bare(ping), bare(pong), bare(lock)};
  const std::vector<asyncio::Task<void>> tasks{asyncio::create_task(plays(ping, pong, "ping", 3)),
                                               asyncio::create_task(plays(pong, ping, "pong", 3))};
  co_await rounds(3);
  print{bare(ping), bare(pong), bare(lock)};
  co_await lock.acquire();
  print{ping.locked(), pong.locked()};
  ping.notify();
  pong.release();
  print{outcome([&] { ping.notify(); }), outcome([&] { pong.notify_all(); })};
  for (const auto& task : tasks) print{co_await awaited(task)};
  print{log, bare(ping), bare(pong), bare(lock)};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
