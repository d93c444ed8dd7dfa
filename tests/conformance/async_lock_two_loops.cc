// async_lock_two_loops.cc - async_lock_two_loops.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::print;
using conformance::rounds;

namespace {

// What becomes of it; of an error the type alone.
template <class A>
asyncio::Coroutine<std::string> tried(A awaitable) {
  std::string text;
  try {
    static_cast<void>(co_await std::move(awaitable));
    text = "through";
  } catch (...) {
    const std::string said = conformance::said(std::current_exception());
    text = said.substr(0, said.find(':'));
  }
  co_return text;
}

std::vector<asyncio::Task<std::string>> tasks;

template <class... As>
asyncio::Coroutine<> waits(As... awaitables) {
  (tasks.push_back(asyncio::create_task(tried(std::move(awaitables)))), ...);
  co_await rounds(3);
}

asyncio::Coroutine<> inside(asyncio::Condition& condition) {
  const auto held = co_await condition.scoped();
  co_await condition.wait();
}

asyncio::Coroutine<> lock_there(asyncio::Lock& lock) {
  print{co_await tried(lock.acquire()), bare(lock)};
  lock.release();
  print{bare(lock)};
}

asyncio::Coroutine<> event_there(asyncio::Event& event) { print{co_await tried(event.wait()), bare(event)}; }

asyncio::Coroutine<> condition_there(asyncio::Condition& condition) {
  {
    const auto held = co_await condition.scoped();
    print{co_await tried(condition.wait()), bare(condition)};
  }
  print{bare(condition)};
}

asyncio::Coroutine<> lock_of_condition_there(asyncio::Condition& condition) {
  // Waited for in the first loop is the lock alone.
  auto task = asyncio::create_task(tried(inside(condition)));
  co_await rounds(2);
  print{bare(condition), task.done()};
  co_await condition.acquire();
  condition.notify();
  condition.release();
  print{co_await task, bare(condition)};
}

asyncio::Coroutine<> semaphore_there(asyncio::Semaphore& semaphore) {
  print{co_await tried(semaphore.acquire()), bare(semaphore)};
}

asyncio::Coroutine<> barrier_there(asyncio::Barrier& barrier) { print{co_await tried(barrier.wait()), bare(barrier)}; }

asyncio::Coroutine<> back() {
  co_await rounds(3);
  std::vector<bool> done;
  for (const auto& task : tasks) done.push_back(task.done());
  print{done};
  for (auto& task : tasks) {
    if (!task.done()) task.cancel();
  }
  std::vector<std::string> results;
  for (const auto& task : tasks) results.push_back(co_await task);
  print{results};
}

}  // namespace

int main() {
  auto first = asyncio::new_event_loop();
  asyncio::Lock lock;
  first.run_until_complete(waits(lock.acquire(), lock.acquire()));
  asyncio::run(lock_there(lock));
  asyncio::Event event;
  first.run_until_complete(waits(event.wait()));
  asyncio::run(event_there(event));
  asyncio::Condition condition;
  first.run_until_complete(waits(inside(condition), inside(condition)));
  asyncio::run(condition_there(condition));
  asyncio::Condition other;
  first.run_until_complete(waits(other.acquire(), other.acquire()));
  other.release();
  first.run_until_complete(rounds(3));
  other.release();
  asyncio::run(lock_of_condition_there(other));
  asyncio::Semaphore semaphore(0);
  first.run_until_complete(waits(semaphore.acquire()));
  asyncio::run(semaphore_there(semaphore));
  asyncio::Barrier barrier(3);
  first.run_until_complete(waits(barrier.wait()));
  asyncio::run(barrier_there(barrier));
  first.run_until_complete(back());
  print{bare(lock), bare(event), bare(condition), bare(other), bare(semaphore), bare(barrier)};
  first.close();
  // A loop that is closed is still the one that they belong to.
  asyncio::run(event_there(event));
  event.set();
  asyncio::run(event_there(event));
  semaphore.release();
  asyncio::run(semaphore_there(semaphore));
  tasks.clear();
}
