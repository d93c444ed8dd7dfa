// async_gather_cancel.cc - async_gather_cancel.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> child(std::string name, bool refuses = false) {
  try {
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError& e) {
    log.push_back(name + ": " + e.message());
    if (!refuses) throw;
  }
  co_return name;
}

asyncio::Coroutine<std::string> quick() { co_return "quick"; }

asyncio::Coroutine<> waits() { co_await asyncio::gather(child("c"), child("d")); }

asyncio::Coroutine<> main_program() {
  {
    // The future is cancelled.
    std::vector<asyncio::Task<std::string>> tasks;
    tasks.push_back(asyncio::create_task(child("a")));
    tasks.push_back(asyncio::create_task(quick()));
    tasks.push_back(asyncio::create_task(child("b")));
    auto outer = asyncio::gather(tasks);
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    print{outer.cancel("enough"), outer.done(), log};
    const std::string ended = co_await awaited(outer);
    std::vector<bool> cancelled;
    for (const auto& task : tasks) cancelled.push_back(task.cancelled());
    print{ended, log, cancelled, outer.cancelled()};
    print{"again:", outer.cancel()};
  }
  {
    // The task that awaits it is cancelled.
    log.clear();
    auto task = asyncio::create_task(waits());
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    print{task.cancel("from outside")};
    const std::string ended = co_await awaited(task);
    print{ended, log, task.cancelled()};
  }
  {
    // A child that takes it and goes on; the cancellation is not lost.
    log.clear();
    auto stubborn = asyncio::create_task(child("stubborn", true));
    auto outer = asyncio::gather(stubborn);
    co_await asyncio::sleep(0);
    print{outer.cancel("please")};
    const std::string ended = co_await awaited(outer);
    print{ended, log, stubborn.result(), stubborn.cancelling()};
  }
  {
    // One that stands there twice.
    auto twice = asyncio::create_task(child("twice"));
    auto outer = asyncio::gather(twice, twice);
    co_await asyncio::sleep(0);
    outer.cancel();
    const std::string ended = co_await awaited(outer);
    print{ended, twice.cancelled()};
  }
  {
    // All are done, gather() has not heard of it: too late.
    auto future = asyncio::get_running_loop().create_future<std::string>();
    auto outer = asyncio::gather(std::vector{future});
    future.set_result("in time");
    print{outer.cancel(), co_await awaited(outer)};
  }
  {
    // Before the children have begun, they never do.
    log.clear();
    auto outer = asyncio::gather(child("never"), child("neither"));
    print{outer.cancel(), co_await awaited(outer), log};
  }
}

}  // namespace

int main() { asyncio::run(main_program); }
