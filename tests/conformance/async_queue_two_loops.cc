// async_queue_two_loops.cc - async_queue_two_loops.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
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

template <class A>
asyncio::Coroutine<> waits(A awaitable) {
  tasks.push_back(asyncio::create_task(tried(std::move(awaitable))));
  co_await rounds(3);
}

template <class Q>
asyncio::Coroutine<> there(Q& queue) {
  print{co_await tried(queue.get()), bare(queue)};
  print{co_await tried(queue.put(1)), bare(queue)};
  print{co_await tried(queue.put(2)), bare(queue)};
  print{co_await tried(queue.get()), bare(queue)};
  auto task = asyncio::create_task(tried(queue.join()));
  co_await rounds(2);
  while (!task.done()) {
    queue.task_done();
    co_await rounds(2);
  }
  print{co_await task, bare(queue)};
}

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

template <class Q>
asyncio::Coroutine<> gets_and_puts(Q& queue) {
  auto task = asyncio::create_task(tried(queue.put(1)));
  co_await rounds(2);
  print{co_await tried(queue.get()), co_await task, co_await tried(queue.get())};
  task = asyncio::create_task(tried(queue.get()));
  co_await rounds(2);
  queue.put_nowait(3);
  print{co_await task, bare(queue), co_await tried(queue.join())};
}

}  // namespace

int main() {
  auto first = asyncio::new_event_loop();
  asyncio::Queue<int> queue(1);
  queue.put_nowait(0);
  first.run_until_complete(waits(queue.put(5)));
  asyncio::run(there(queue));
  asyncio::LifoQueue<int> other(1);
  other.put_nowait(0);
  first.run_until_complete(waits(other.join()));
  asyncio::PriorityQueue<int> smallest(1);
  first.run_until_complete(waits(smallest.get()));
  first.run_until_complete(waits(smallest.get()));
  asyncio::run(there(smallest));
  print{bare(smallest), bare(other)};
  // Bound by the join() alone: the other loop may wait to get and to put.
  asyncio::run(gets_and_puts(other));
  first.run_until_complete(back());
  print{bare(smallest), bare(other)};
  tasks.clear();
}
