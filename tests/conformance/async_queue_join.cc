// async_queue_join.cc - async_queue_join.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::outcome;
using conformance::print;
using conformance::rounds;
using Ints = asyncio::Queue<int>;

namespace {

std::vector<std::string> log;
std::vector<int> worked;

asyncio::Coroutine<std::string> joins(Ints& queue, std::string name) {
  co_await queue.join();
  log.push_back(name + " " + bare(queue));
  co_return name;
}

asyncio::Coroutine<> works(Ints& queue) {
  for (;;) {
    const int item = co_await queue.get();
    co_await rounds(item % 3);
    worked.push_back(item);
    queue.task_done();
  }
}

template <class T>
asyncio::Coroutine<std::vector<std::string>> all(std::vector<asyncio::Task<T>> tasks) {
  std::vector<std::string> results;
  for (const auto& task : tasks) results.push_back(co_await awaited(task));
  co_return results;
}

asyncio::Coroutine<> main_coroutine() {
  Ints queue;
  print{co_await awaited(queue.join())};
  for (int i = 0; i < 3; ++i) queue.put_nowait(i);
  std::vector<asyncio::Task<std::string>> tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.push_back(asyncio::create_task(joins(queue, name)));
  co_await rounds(2);
  for (int i = 0; i < 2; ++i) {
    queue.get_nowait();
    queue.task_done();
    co_await rounds(2);
    std::vector<bool> done;
    for (const auto& task : tasks) done.push_back(task.done());
    print{bare(queue), done};
  }
  // Done before it is taken.
  queue.task_done();
  tasks[1].cancel();
  queue.put_nowait(4);
  co_await rounds(2);
  print{log, bare(queue), co_await all(tasks)};
  log.clear();
  tasks.clear();
  for (const std::string name : {"d", "e"}) tasks.push_back(asyncio::create_task(joins(queue, name)));
  co_await rounds(2);
  print{log, bare(queue)};
  tasks[0].cancel();
  std::vector<int> got;
  for (int i = 0; i < 2; ++i) got.push_back(queue.get_nowait());
  print{got, bare(queue)};
  queue.task_done();
  print{co_await all(tasks), bare(queue), log};
  print{outcome([&] { queue.task_done(); }), co_await awaited(queue.join())};

  Ints bounded(2);
  std::vector<asyncio::Task<void>> workers;
  for (int i = 0; i < 3; ++i) workers.push_back(asyncio::create_task(works(bounded)));
  for (int i = 0; i < 8; ++i) co_await bounded.put(i);
  co_await bounded.join();
  print{worked, bare(bounded)};
  for (auto& worker : workers) worker.cancel();
  print{co_await all(workers), bare(bounded)};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
