// async_wait_for_outside.cc - async_wait_for_outside.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> stubborn(std::string what) {
  std::exception_ptr error;
  try {
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError& e) {
    log.push_back("cancelled: " + e.message());
    if (what == "raise") throw skein::ValueError("instead");
    error = std::current_exception();
  }
  if (what == "both") {
    asyncio::current_task()->cancel("outside, too");
    co_await asyncio::sleep(0);
  }
  if (what == "wait") {
    co_await asyncio::sleep(0.002);
    std::rethrow_exception(error);
  }
  co_return what;
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();

  // Cancelled while it waits.
  for (const std::string what : {"return", "raise", "wait"}) {
    log.clear();
    auto task = asyncio::create_task(asyncio::wait_for(stubborn(what), 30));
    co_await asyncio::sleep(0);
    task.cancel("outside");
    const std::string ended = co_await awaited(task);
    print{what, ended, log, task.cancelled(), task.cancelling()};
  }

  // Its time is up, and the child does not go at once, or the task is cancelled by others meanwhile.
  for (const std::string what : {"return", "raise", "wait", "both"}) {
    log.clear();
    auto task = asyncio::create_task(asyncio::wait_for(stubborn(what), 0.005));
    const std::string ended = co_await awaited(task);
    print{what, ended, log, task.cancelled(), task.cancelling()};
  }

  // The result is there, and then it is cancelled: the cancellation wins.
  auto future = loop.create_future<std::string>();
  auto task = asyncio::create_task(asyncio::wait_for(future, 30));
  co_await asyncio::sleep(0);
  future.set_result("lost");
  print{"set, cancelled:", task.cancel(), co_await awaited(task), task.cancelled(), future.result()};

  // The other way round.
  future = loop.create_future<std::string>();
  task = asyncio::create_task(asyncio::wait_for(future, 30));
  co_await asyncio::sleep(0);
  task.cancel();
  print{"cancelled first:", future.cancelled(), co_await awaited(task)};

  // The inner one is cancelled by a stranger: no timeout, and the task was asked by nobody.
  future = loop.create_future<std::string>();
  task = asyncio::create_task(asyncio::wait_for(future, 30));
  co_await asyncio::sleep(0);
  future.cancel("stranger");
  print{"stranger:", co_await awaited(task), task.cancelling()};

  // Cancelled before it began.
  task = asyncio::create_task(asyncio::wait_for(loop.create_future<std::string>(), 0));
  print{"before:", task.cancel(), co_await awaited(task)};

  // Without time left, while it waits for the end of what it has cancelled.
  log.clear();
  auto inner = asyncio::create_task(stubborn("wait"));
  co_await asyncio::sleep(0);
  task = asyncio::create_task(asyncio::wait_for(inner, 0));
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{"twice:", log, task.cancel(), co_await awaited(task), inner.done(), co_await awaited(inner)};
}

}  // namespace

int main() { asyncio::run(main_program); }
