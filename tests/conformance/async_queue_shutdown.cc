// async_queue_shutdown.cc - async_queue_shutdown.py, line by line.
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
using conformance::str;
using Ints = asyncio::Queue<int>;

namespace {

asyncio::Coroutine<int> gets(Ints& queue) { co_return co_await queue.get(); }

asyncio::Coroutine<std::string> puts(Ints& queue, int item) {
  co_await queue.put(item);
  co_return "put " + str(item);
}

asyncio::Coroutine<std::string> joins(Ints& queue) {
  co_await queue.join();
  co_return "joined";
}

template <class T>
std::vector<bool> done(const std::vector<asyncio::Task<T>>& tasks) {
  std::vector<bool> result;
  for (const auto& task : tasks) result.push_back(task.done());
  return result;
}

template <class T>
asyncio::Coroutine<std::vector<std::string>> all(std::vector<asyncio::Task<T>> tasks) {
  std::vector<std::string> results;
  for (const auto& task : tasks) results.push_back(co_await awaited(task));
  co_return results;
}

asyncio::Coroutine<> getters(bool immediate) {
  Ints queue;
  std::vector<asyncio::Task<int>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(asyncio::create_task(gets(queue)));
  co_await rounds(1);
  queue.put_nowait(7);
  tasks[1].cancel();
  queue.shutdown(immediate);
  print{bare(queue), done(tasks)};
  print{co_await all(tasks), bare(queue)};
  print{co_await awaited(queue.get()), co_await awaited(queue.put(1)), outcome([&] { return queue.get_nowait(); })};
}

asyncio::Coroutine<> putters(bool immediate) {
  Ints queue(1);
  queue.put_nowait(0);
  std::vector<asyncio::Task<std::string>> tasks;
  for (int item = 0; item < 4; ++item) tasks.push_back(asyncio::create_task(puts(queue, item)));
  co_await rounds(1);
  tasks[2].cancel();
  queue.shutdown(immediate);
  print{bare(queue), done(tasks), queue.qsize()};
  print{co_await all(tasks), bare(queue)};
  print{co_await awaited(queue.get()), co_await awaited(queue.get()), bare(queue)};
}

asyncio::Coroutine<> woken_before(bool immediate) {
  // A putter has been woken by a get(), and then comes the shutdown.
  Ints queue(1);
  queue.put_nowait(0);
  std::vector<asyncio::Task<std::string>> tasks;
  for (int item = 0; item < 2; ++item) tasks.push_back(asyncio::create_task(puts(queue, item)));
  co_await rounds(1);
  queue.get_nowait();
  queue.shutdown(immediate);
  print{co_await all(tasks), bare(queue)};
  queue.task_done();
  print{co_await awaited(queue.join())};
}

asyncio::Coroutine<> joiners(bool immediate, int got, bool cancel) {
  Ints queue;
  for (int item = 0; item < 3; ++item) queue.put_nowait(item);
  std::vector<asyncio::Task<std::string>> tasks;
  for (int i = 0; i < 2; ++i) tasks.push_back(asyncio::create_task(joins(queue)));
  for (int i = 0; i < got; ++i) queue.get_nowait();
  co_await rounds(2);
  queue.shutdown(immediate);
  if (cancel) tasks[0].cancel();
  co_await rounds(2);
  print{bare(queue), done(tasks)};
  while (!queue.empty()) queue.get_nowait();
  std::string text;
  for (int i = 0; i < 4; ++i) {
    text += outcome([&] { queue.task_done(); });
    text += " " + str(done(tasks)) + "; ";
    co_await rounds(1);
  }
  print{text + str(co_await all(tasks)), bare(queue)};
}

asyncio::Coroutine<> main_coroutine() {
  for (const bool immediate : {false, true}) {
    print{immediate ? "at once" : "gently"};
    co_await getters(immediate);
    co_await putters(immediate);
    co_await woken_before(immediate);
    for (const int got : {0, 1, 3}) co_await joiners(immediate, got, false);
    co_await joiners(immediate, 1, true);
  }
  Ints queue;
  queue.put_nowait(1);
  queue.shutdown();
  queue.shutdown();
  print{bare(queue), queue.qsize()};
  queue.shutdown({.immediate = true});
  queue.shutdown({.immediate = false});
  print{bare(queue), queue.qsize(), outcome([&] { return queue.get_nowait(); }), outcome([&] { queue.task_done(); })};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
