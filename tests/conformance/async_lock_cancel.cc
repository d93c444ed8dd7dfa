// async_lock_cancel.cc - async_lock_cancel.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::print;
using conformance::rounds;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> takes(asyncio::Lock& lock, std::string name) {
  try {
    co_await lock.acquire();
  } catch (const asyncio::CancelledError& e) {
    log.push_back(name + " cancelled " + e.message() + " " + bare(lock));
    throw;
  }
  log.push_back(name + " has it");
  co_await rounds(1);
  lock.release();
  co_return name;
}

asyncio::Coroutine<> scene(std::vector<std::string> what) {
  log.clear();
  asyncio::Lock lock;
  co_await lock.acquire();
  auto a = asyncio::create_task(takes(lock, "a"));
  auto b = asyncio::create_task(takes(lock, "b"));
  auto c = asyncio::create_task(takes(lock, "c"));
  co_await rounds(1);
  std::string text;
  for (const std::string& action : what) {
    text += (text.empty() ? "" : ", ") + action;
    if (action == "release") {
      lock.release();
    } else if (action == "cancel a") {
      a.cancel("1");
    } else if (action == "cancel b") {
      b.cancel("2");
    } else if (action == "take") {
      co_await lock.acquire();
      log.emplace_back("main has it");
    } else if (action == "late") {
      co_await rounds(1);
    }
  }
  log.push_back(bare(lock));
  // Comes last, in any case.
  auto d = asyncio::create_task(takes(lock, "d"));
  std::vector<std::string> results;
  for (const auto& task : {a, b, c, d}) results.push_back(co_await awaited(task));
  print{text, "|", results, bare(lock)};
  print{"  ", log};
}

asyncio::Coroutine<> main_coroutine() {
  co_await scene({"release", "cancel a"});
  co_await scene({"cancel a", "release"});
  co_await scene({"release", "cancel b"});
  co_await scene({"cancel a", "cancel b", "release"});
  co_await scene({"release", "cancel a", "cancel b"});
  co_await scene({"release", "cancel b", "cancel a"});
  co_await scene({"cancel a", "late", "release"});
  co_await scene({"release", "cancel a", "take", "release"});
  co_await scene({"cancel a", "release", "take", "release"});
  // All who wait are cancelled: it is taken without waiting.
  asyncio::Lock lock;
  co_await lock.acquire();
  auto task = asyncio::create_task(takes(lock, "e"));
  co_await rounds(1);
  task.cancel();
  lock.release();
  auto acquire = asyncio::create_task(skein::internal::await_it(lock.acquire()));
  print{bare(lock)};
  co_await lock.acquire();
  print{bare(lock), task.done()};
  co_await rounds(1);
  print{bare(lock), task.done()};
  lock.release();
  print{co_await acquire};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
