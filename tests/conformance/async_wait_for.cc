// async_wait_for.cc - async_wait_for.py, line by line.
#include <exception>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<int> child(int rounds, std::exception_ptr error = nullptr) {
  log.push_back(asyncio::current_task()->get_name());
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  if (error != nullptr) std::rethrow_exception(error);
  co_return rounds;
}

asyncio::Coroutine<> hang() {
  try {
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("cancelled");
    throw;
  }
}

asyncio::Coroutine<> main_program() {
  asyncio::current_task()->set_name("main");
  std::string ended = co_await awaited(asyncio::wait_for(child(3), 30));
  print{ended, log};
  ended = co_await awaited(asyncio::wait_for(child(2), skein::None));
  print{ended, log};
  print{co_await awaited(asyncio::wait_for(child(1, std::make_exception_ptr(skein::ValueError("its own"))), 30))};
  print{co_await awaited(asyncio::wait_for(child(0, std::make_exception_ptr(asyncio::TimeoutError("not by us"))), 30))};
  log.clear();
  ended = co_await awaited(asyncio::wait_for(hang(), 0.005));
  print{ended, log, asyncio::current_task()->cancelling()};

  // No time: what is not done is cancelled; a coroutine never begins.
  for (const int timeout : {0, -1}) {
    log.clear();
    ended = co_await awaited(asyncio::wait_for(child(0), timeout));
    print{timeout, ended, log};
    auto task = asyncio::create_task(hang());
    co_await asyncio::sleep(0);
    ended = co_await awaited(asyncio::wait_for(task, timeout));
    print{timeout, ended, log, task.cancelled()};
    auto future = asyncio::get_running_loop().create_future<std::string>();
    print{timeout, co_await awaited(asyncio::wait_for(future, timeout)), future.cancelled()};

    // What is done is done.
    future = asyncio::get_running_loop().create_future<std::string>();
    future.set_result("there");
    print{timeout, co_await awaited(asyncio::wait_for(future, timeout))};
    future = asyncio::get_running_loop().create_future<std::string>();
    future.set_exception(skein::ValueError("there"));
    print{timeout, co_await awaited(asyncio::wait_for(future, timeout))};
    future = asyncio::get_running_loop().create_future<std::string>();
    future.cancel("long ago");
    print{timeout, co_await awaited(asyncio::wait_for(future, timeout))};
  }

  // A limit for a task that somebody else has, too.
  auto task = asyncio::create_task(hang());
  print{co_await awaited(asyncio::wait_for(asyncio::shield(task), 0.005)), task.done()};
  task.cancel();
  print{co_await awaited(task)};
}

}  // namespace

int main() { asyncio::run(main_program); }
