// async_lock_order.cc - async_lock_order.py, line by line.
#include <skein/asyncio.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::bare;
using conformance::outcome;
using conformance::print;
using conformance::rounds;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> takes(asyncio::Lock& lock, std::string name, int hold) {
  log.push_back(name + " wants");
  const bool got = co_await lock.acquire();
  log.push_back(name + " " + str(got));
  co_await rounds(hold);
  lock.release();
}

asyncio::Coroutine<> in_order() {
  asyncio::Lock lock;
  print{bare(lock), lock.locked()};
  std::vector<asyncio::Task<void>> tasks;
  for (const auto& [name, hold] : std::vector<std::pair<std::string, int>>{{"a", 3}, {"b", 0}, {"c", 1}, {"d", 0}}) {
    tasks.push_back(asyncio::create_task(takes(lock, name, hold)));
  }
  for (int i = 0; i < 8; ++i) {
    co_await asyncio::sleep(0);
    log.push_back(bare(lock));
  }
  for (const auto& task : tasks) co_await task;
  print{log, bare(lock)};
}

asyncio::Coroutine<> in_one_step() {
  log.clear();
  asyncio::Lock lock;
  co_await lock.acquire();
  std::vector<asyncio::Task<void>> tasks;
  for (const std::string name : {"a", "b"}) tasks.push_back(asyncio::create_task(takes(lock, name, 0)));
  co_await rounds(1);
  lock.release();
  log.push_back(bare(lock));
  // Free, but somebody waits who came before.
  co_await lock.acquire();
  log.emplace_back("main");
  lock.release();
  co_await rounds(1);
  co_await lock.acquire();
  lock.release();
  co_await lock.acquire();
  log.emplace_back("main, without waiting");
  std::vector<bool> done;
  for (const auto& task : tasks) done.push_back(task.done());
  print{log, bare(lock), done};
  lock.release();
}

asyncio::Coroutine<> errors() {
  asyncio::Lock lock;
  const auto release = [&] { lock.release(); };
  print{outcome(release), bare(lock)};
  co_await lock.acquire();
  lock.release();
  print{outcome(release), bare(lock)};
  co_await lock.acquire();
  // Another task may release it.
  auto task = asyncio::create_task(takes(lock, "a", 0));
  co_await rounds(1);
  const auto releases = [](asyncio::Lock& held) -> asyncio::Coroutine<> {
    held.release();
    co_return;
  };
  co_await asyncio::create_task(releases, std::ref(lock));
  co_await task;
  print{bare(lock)};
}

asyncio::Coroutine<> main_coroutine() {
  co_await in_order();
  co_await in_one_step();
  co_await errors();
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
