// primitives.cc - primitives.py, line by line.
#include <skein/asyncio.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

// [lock]
class Account {
 public:
  asyncio::Coroutine<> add(int amount) {
    const auto held = co_await lock_.scoped();
    const int seen = balance_;
    co_await asyncio::sleep(0);
    balance_ = seen + amount;
  }
  int balance() const { return balance_; }

 private:
  asyncio::Lock lock_;
  int balance_ = 0;
};
// [/lock]

// [condition]
asyncio::Coroutine<> wait_for_three(asyncio::Condition& condition, std::vector<int>& items) {
  const auto held = co_await condition.scoped();
  co_await condition.wait_for([&] { return items.size() >= 3; });
  print("there are {}", items.size());
}

asyncio::Coroutine<> bring(asyncio::Condition& condition, std::vector<int>& items) {
  for (int item = 0; item < 3; ++item) {
    const auto held = co_await condition.scoped();
    items.push_back(item);
    condition.notify_all();
  }
}
// [/condition]

asyncio::Coroutine<std::size_t> download(asyncio::Semaphore& permits, std::vector<int>& running) {
  const auto permit = co_await permits.scoped();
  running.push_back(1);
  co_await asyncio::sleep(0);
  const std::size_t at_once = running.size();
  running.pop_back();
  co_return at_once;
}

// [queue]
asyncio::Coroutine<> worker(asyncio::Queue<int>& queue, std::vector<int>& total) {
  try {
    while (true) {
      const int item = co_await queue.get();
      total.push_back(item);
      queue.task_done();
    }
  } catch (const asyncio::QueueShutDown&) {
  }
}

asyncio::Coroutine<int> sum_up() {
  asyncio::Queue<int> queue(2);
  std::vector<int> total;
  co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
    for (int i = 0; i < 3; ++i) group.create_task(worker(queue, total));
    for (int item = 0; item < 10; ++item) co_await queue.put(item);
    co_await queue.join();
    queue.shutdown();
  });
  co_return std::accumulate(total.begin(), total.end(), 0);
}
// [/queue]

asyncio::Coroutine<> async_main() {
  Account account;
  co_await asyncio::gather(account.add(1), account.add(2), account.add(3));
  print("{}", account.balance());

  asyncio::Condition condition;
  std::vector<int> items;
  co_await asyncio::gather(wait_for_three(condition, items), bring(condition, items));

  asyncio::Semaphore permits(2);
  std::vector<int> running;
  const auto [a, b, c] =
      co_await asyncio::gather(download(permits, running), download(permits, running), download(permits, running));
  print("{}", std::max({a, b, c}));

  const int sum = co_await sum_up();
  print("{}", sum);
}

int main() { asyncio::run(async_main()); }
