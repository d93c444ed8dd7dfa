// async_shield.cc - async_shield.py, line by line.
#include <exception>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<int> child(int rounds, std::exception_ptr error = nullptr) {
  try {
    for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  } catch (const asyncio::CancelledError& e) {
    log.push_back("cancelled: " + e.message());
    throw;
  }
  log.emplace_back("through");
  if (error != nullptr) std::rethrow_exception(error);
  co_return rounds;
}

asyncio::Coroutine<int> waits(asyncio::Task<int> task) { co_return co_await asyncio::shield(task); }

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  print{co_await awaited(asyncio::shield(child(2)))};
  print{co_await awaited(asyncio::shield(child(1, std::make_exception_ptr(skein::ValueError("x")))))};

  {
    // Done already: the same one.
    auto task = asyncio::create_task(child(0));
    co_await task;
    print{"done:", asyncio::shield(task) == task};
  }
  {
    // The shield is cancelled.
    log.clear();
    auto inner = asyncio::create_task(child(4));
    auto outer = asyncio::shield(inner);
    co_await asyncio::sleep(0);
    print{outer.cancel("go"), outer.cancelled(), co_await awaited(outer), inner.cancelling(), log};
    const std::string ended = co_await awaited(inner);
    print{ended, log};
  }
  {
    // The task that awaits it is cancelled.
    log.clear();
    auto inner = asyncio::create_task(child(4));
    auto waiting = asyncio::create_task(waits(inner));
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    waiting.cancel();
    const std::string ended = co_await awaited(waiting);
    print{ended, log, co_await awaited(inner), log};
  }
  {
    // The inner one is cancelled.
    log.clear();
    auto inner = asyncio::create_task(child(1000000));
    auto outer = asyncio::shield(inner);
    co_await asyncio::sleep(0);
    inner.cancel("inside");
    const std::string ended = co_await awaited(outer);
    print{ended, outer.cancelled(), log};
  }
  {
    // A future, and how late the shield hears of it.
    auto future = loop.create_future<std::string>();
    auto outer = asyncio::shield(future);
    future.set_result("soon");
    int rounds = 0;
    while (!outer.done()) {
      co_await asyncio::sleep(0);
      ++rounds;
    }
    print{rounds, outer.result()};
  }
  {
    // Both are cancelled at the same time.
    auto future = loop.create_future();
    auto outer = asyncio::shield(future);
    outer.cancel();
    future.cancel();
    print{co_await awaited(outer), future.cancelled()};
  }
  {
    // Two shields of one.
    auto future = loop.create_future();
    const std::vector shields{asyncio::shield(future), asyncio::shield(future)};
    auto first = shields[0];
    first.cancel();
    future.set_exception(skein::ValueError("for the second"));
    std::vector<std::string> all;
    for (const auto& each : shields) all.push_back(co_await awaited(each));
    print{all, said(future.exception())};
  }
}

}  // namespace

int main() { asyncio::run(main_program); }
