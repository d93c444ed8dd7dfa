// async_queue_priority.cc - async_queue_priority.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::bare;
using conformance::print;
using conformance::rounds;
using conformance::str;

namespace {

struct Item {
  int priority;
  std::string name;
  friend bool operator<(const Item& a, const Item& b) { return a.priority < b.priority; }
};

template <class Q>
asyncio::Coroutine<> puts(Q& queue, int item) {
  co_await queue.put(item);
}
template <class Q>
asyncio::Coroutine<int> gets(Q& queue) {
  co_return co_await queue.get();
}

template <class Q>
asyncio::Coroutine<> full(Q& queue, std::vector<int> items) {
  std::vector<asyncio::Task<void>> tasks;
  for (const int item : items) tasks.push_back(asyncio::create_task(puts(queue, item)));
  co_await rounds(1);
  std::vector<int> got;
  for (int i = 0; i < 5; ++i) {
    got.push_back(co_await queue.get());
    co_await rounds(1);
  }
  std::vector<bool> done;
  for (const auto& task : tasks) done.push_back(task.done());
  print{got, done, bare(queue)};
}

template <class Q>
asyncio::Coroutine<> waited_for() {
  Q queue;
  std::vector<asyncio::Task<int>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(asyncio::create_task(gets(queue)));
  co_await rounds(1);
  for (const int item : {2, 3, 1}) queue.put_nowait(item);
  std::vector<int> got;
  for (const auto& task : tasks) got.push_back(co_await task);
  print{got, bare(queue)};
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::PriorityQueue<Item> items;
  std::string text;
  int i = 0;
  for (const int priority : {2, 1, 2, 1, 1, 3, 2, 1, 0, 2, 1, 0, 1, 1, 2}) {
    co_await items.put(Item{priority, str(priority) + static_cast<char>('a' + i)});
    if (i % 4 == 3) text += items.get_nowait().name + " ";
    ++i;
  }
  std::vector<std::string> left;
  while (!items.empty()) left.push_back(items.get_nowait().name);
  print{text + str(left), bare(items)};

  // Full: the order is that of the items, not that of those who wait.
  asyncio::PriorityQueue<int> queue(2);
  co_await full(queue, {5, 4, 1, 3, 2});
  asyncio::LifoQueue<int> stack(3);
  co_await full(stack, {1, 2, 3, 4, 5});
  // Who waits gets what is best when it runs, not what was put when it was woken.
  co_await waited_for<asyncio::PriorityQueue<int>>();
  co_await waited_for<asyncio::LifoQueue<int>>();
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
