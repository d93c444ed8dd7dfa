// async_wait_for_zero.cc - async_wait_for_zero.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;

Work work(std::string name) {
  log.push_back(name + " begins");
  std::exception_ptr error;
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    error = std::current_exception();
  }
  if (error != nullptr) {
    for (int number = 0; number < 2; ++number) {
      log.push_back(name + " cleans up " + str(number));
      co_await asyncio::sleep(0);
    }
    if (name == "stubborn") co_return "stubborn";
    if (name == "fails") throw skein::ValueError("fails");
    std::rethrow_exception(error);
  }
  co_return "None";
}

asyncio::Future<std::string> future(const std::string& how) {
  auto f = asyncio::get_running_loop().create_future<std::string>();
  if (how == "result") {
    f.set_result("result");
  } else if (how == "error") {
    f.set_exception(skein::ValueError("error"));
  } else if (how == "cancelled") {
    f.cancel("before");
  }
  return f;
}

asyncio::Coroutine<> main_coroutine() {
  for (const int timeout : {0, -1}) {
    // Futures.
    for (const std::string how : {"result", "error", "cancelled", "pending"}) {
      auto f = future(how);
      print{timeout, how, co_await awaited(asyncio::wait_for(f, timeout)), f.cancelled()};
    }

    // A coroutine never begins.
    log.clear();
    print{timeout, co_await awaited(asyncio::wait_for(work("coroutine"), timeout)), log};

    // Tasks that run.
    for (const std::string name : {"obeys", "stubborn", "fails"}) {
      log.clear();
      auto task = asyncio::create_task(work(name));
      co_await asyncio::sleep(0);
      print{timeout, name, co_await awaited(asyncio::wait_for(task, timeout)), task.cancelled(), log};
    }
  }

  print{asyncio::current_task()->cancelling()};

  // Cancelled while it waits for the clean-up.
  log.clear();
  auto task = asyncio::create_task(work("inner"));
  co_await asyncio::sleep(0);
  auto waiter = asyncio::create_task(asyncio::wait_for(task, 0));
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  waiter.cancel("outside");
  print{co_await awaited(waiter), waiter.cancelled(), task.done(), log};
  print{co_await awaited(task), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
