// async_wait_ends.cc - async_wait_ends.py, line by line.
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::said;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> hang(std::string name) {
  try {
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError&) {
    log.push_back(name + " cancelled");
    throw;
  }
}

std::vector<std::size_t> counts(const auto& results) { return {results.done.size(), results.pending.size()}; }

// What is expected to fail.
template <class A>
asyncio::Coroutine<std::string> awaited(A awaitable) {
  std::string text = "None";
  try {
    static_cast<void>(co_await std::move(awaitable));
  } catch (...) {
    text = said(std::current_exception());
  }
  co_return text;
}

asyncio::Coroutine<> main_program() {
  std::vector<asyncio::Task<void>> tasks;
  tasks.push_back(asyncio::create_task(hang("a")));
  tasks.push_back(asyncio::create_task(hang("b")));
  for (const auto& [shown, timeout] :
       std::vector<std::pair<std::string, double>>{{"0", 0}, {"-1", -1}, {"0.005", 0.005}}) {
    const auto found = co_await asyncio::wait(tasks, {.timeout = timeout});
    print{shown, counts(found), log};
  }
  print{"first:", counts(co_await asyncio::wait(tasks, {.timeout = 0.005, .return_when = asyncio::FIRST_COMPLETED}))};

  // Time enough: nothing of the limit is left.
  auto done = asyncio::ensure_future(asyncio::sleep(0));
  print{"in time:", counts(co_await asyncio::wait(std::vector{done}, {.timeout = 30}))};
  print{"done, no time:", counts(co_await asyncio::wait(std::vector{done, tasks[0]}, {.timeout = 0}))};

  // Cancelled while it waits.
  auto waiting = asyncio::create_task(asyncio::wait(tasks));
  co_await asyncio::sleep(0);
  waiting.cancel("the waiter");
  const std::string ended = co_await awaited(waiting);
  print{ended, log, std::vector{tasks[0].done(), tasks[1].done()}};

  // In a task of its own, cancelled together with what it waits for.
  auto both = asyncio::create_task(asyncio::wait(tasks, {.return_when = asyncio::FIRST_COMPLETED}));
  co_await asyncio::sleep(0);
  tasks[0].cancel();
  both.cancel();
  const std::string both_ended = co_await awaited(both);
  print{both_ended, log, std::vector{tasks[0].cancelled(), tasks[1].cancelled()}};

  // Cancelled when the condition holds already and it has not heard of it.
  auto future = asyncio::get_running_loop().create_future<int>();
  auto late = asyncio::create_task(asyncio::wait(std::vector{future}));
  co_await asyncio::sleep(0);
  future.set_result(1);
  co_await asyncio::sleep(0);
  print{late.cancel(), co_await awaited(late), late.cancelled()};

  tasks[1].cancel();
  const auto last = co_await asyncio::wait(tasks);
  print{"last:", counts(last), log};
}

}  // namespace

int main() { asyncio::run(main_program); }
