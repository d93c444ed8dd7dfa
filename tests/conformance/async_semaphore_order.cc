// async_semaphore_order.cc - async_semaphore_order.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::bare;
using conformance::print;
using conformance::rounds;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> takes(asyncio::Semaphore& semaphore, std::string name) {
  log.push_back(name + " wants");
  co_await semaphore.acquire();
  log.push_back(name + " has it");
}

template <class S>
asyncio::Coroutine<> of() {
  log.clear();
  S semaphore(3);
  print{bare(semaphore), semaphore.locked()};
  for (int i = 0; i < 3; ++i) co_await semaphore.acquire();
  print{bare(semaphore), semaphore.locked()};
  std::vector<asyncio::Task<void>> tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.push_back(asyncio::create_task(takes(semaphore, name)));
  co_await rounds(1);
  print{bare(semaphore)};
  semaphore.release();
  print{bare(semaphore), semaphore.locked()};
  semaphore.release();
  semaphore.release();
  // All permits are promised. Comes last.
  tasks.push_back(asyncio::create_task(takes(semaphore, "d")));
  print{bare(semaphore), log};
  co_await rounds(2);
  print{bare(semaphore), log};
  semaphore.release();
  // Releases and takes again: behind d.
  if (tasks[3].done()) {
    co_await semaphore.acquire();
  } else {
    log.emplace_back("main steps back");
  }
  co_await rounds(2);
  std::vector<bool> done;
  for (const auto& task : tasks) done.push_back(task.done());
  print{bare(semaphore), log, done};
  semaphore.release();
  semaphore.release();
  print{bare(semaphore), semaphore.locked()};
}

asyncio::Coroutine<> main_coroutine() {
  co_await of<asyncio::Semaphore>();
  co_await of<asyncio::BoundedSemaphore>();

  // One permit is free, but somebody who was woken has not run: a new one waits behind it.
  log.clear();
  asyncio::Semaphore semaphore(0);
  std::vector<asyncio::Task<void>> tasks;
  for (const std::string name : {"a", "b"}) tasks.push_back(asyncio::create_task(takes(semaphore, name)));
  co_await rounds(1);
  semaphore.release();
  semaphore.release();
  semaphore.release();
  print{bare(semaphore), semaphore.locked()};
  co_await takes(semaphore, "main");
  print{log, bare(semaphore), semaphore.locked()};
  semaphore.release();
  print{bare(semaphore), semaphore.locked()};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
