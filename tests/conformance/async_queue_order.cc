// async_queue_order.cc - async_queue_order.py, line by line.
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
using Ints = asyncio::Queue<int>;
using Tasks = std::vector<asyncio::Task<void>>;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> gets(Ints& queue, std::string name) {
  const int item = co_await queue.get();
  log.push_back(name + " got " + str(item));
}

asyncio::Coroutine<> puts(Ints& queue, int item) {
  co_await queue.put(item);
  log.push_back("put " + str(item));
}

asyncio::Coroutine<> getters() {
  Ints queue;
  Tasks tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.push_back(asyncio::create_task(gets(queue, name)));
  co_await rounds(1);
  print{bare(queue), queue.qsize(), queue.empty(), queue.full(), queue.maxsize()};
  for (const int item : {1, 2}) queue.put_nowait(item);
  print{bare(queue), queue.qsize()};
  co_await rounds(1);
  print{log, bare(queue)};
  // What was put for a is taken by another one first: a waits again, behind the others.
  log.clear();
  tasks.push_back(asyncio::create_task(gets(queue, "d")));
  co_await rounds(1);
  co_await queue.put(3);
  print{queue.get_nowait(), bare(queue)};
  co_await rounds(1);
  print{log, bare(queue)};
  co_await queue.put(4);
  co_await queue.put(5);
  for (const auto& task : tasks) co_await task;
  print{log, bare(queue)};
}

asyncio::Coroutine<> putters() {
  log.clear();
  Ints queue(2);
  Tasks tasks;
  for (int item = 0; item < 5; ++item) tasks.push_back(asyncio::create_task(puts(queue, item)));
  co_await rounds(1);
  print{log, bare(queue), queue.full()};
  print{queue.get_nowait(), bare(queue), queue.full()};
  // The free place is taken by another one first.
  queue.put_nowait(10);
  co_await rounds(2);
  print{log, bare(queue)};
  for (int i = 0; i < 3; ++i) print{co_await queue.get(), bare(queue)};
  co_await rounds(2);
  std::vector<bool> done;
  for (const auto& task : tasks) done.push_back(task.done());
  print{log, bare(queue), done};
  std::vector<int> got;
  for (int i = 0; i < 2; ++i) got.push_back(co_await queue.get());
  print{got, bare(queue)};
}

asyncio::Coroutine<> main_coroutine() {
  co_await getters();
  co_await putters();

  // Both sides wait in turns.
  log.clear();
  Ints queue(1);
  Tasks tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.push_back(asyncio::create_task(gets(queue, name)));
  for (int item = 0; item < 3; ++item) tasks.push_back(asyncio::create_task(puts(queue, item)));
  for (const auto& task : tasks) co_await task;
  print{log, bare(queue)};
  // What need not wait lets no round pass.
  auto task = asyncio::create_task(rounds(1));
  for (int i = 0; i < 5; ++i) {
    co_await queue.put(i);
    co_await queue.get();
  }
  print{task.done()};
  co_await task;
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
