// async_condition_notify.cc - async_condition_notify.py, line by line.
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
using Tasks = std::vector<asyncio::Task<std::string>>;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> waits(asyncio::Condition& condition, std::string name) {
  const auto held = co_await condition.scoped();
  log.push_back(name + " waits");
  const bool got = co_await condition.wait();
  log.push_back(name + " " + str(got) + " " + str(condition.locked()));
  co_return name;
}

asyncio::Coroutine<> notified(asyncio::Condition& condition, int n) {
  co_await condition.acquire();
  condition.notify(n);
  log.push_back("notified " + str(n) + " " + bare(condition));
  // Nobody goes on before the lock is free.
  co_await rounds(2);
  log.push_back(bare(condition));
  condition.release();
  co_await rounds(6);
}

std::vector<bool> done(const Tasks& tasks) {
  std::vector<bool> result;
  for (const auto& task : tasks) result.push_back(task.done());
  return result;
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::Condition condition;
  print{outcome([&] { condition.notify(); }), outcome([&] { condition.notify_all(); }),
        outcome([&] { condition.release(); })};
  print{co_await awaited(condition.wait()), bare(condition)};
  Tasks tasks;
  for (const std::string name : {"a", "b", "c", "d", "e"}) {
    tasks.push_back(asyncio::create_task(waits(condition, name)));
  }
  co_await rounds(3);
  print{bare(condition)};
  for (const int n : {1, 0, 2, -1, 7}) {
    log.clear();
    co_await notified(condition, n);
    print{log, bare(condition), done(tasks)};
  }
  log.clear();
  // Nobody waits: nothing is kept.
  co_await condition.acquire();
  condition.notify_all();
  condition.release();
  tasks.clear();
  for (const std::string name : {"f", "g", "h"}) tasks.push_back(asyncio::create_task(waits(condition, name)));
  co_await rounds(6);
  print{bare(condition), done(tasks)};
  co_await condition.acquire();
  condition.notify(1);
  condition.notify(1);
  // One comes while the others have been notified and not run.
  condition.notify_all();
  auto late = asyncio::create_task(waits(condition, "late"));
  co_await rounds(2);
  condition.release();
  std::vector<std::string> results;
  for (const auto& task : tasks) results.push_back(co_await awaited(task));
  print{results, late.done(), log};
  co_await rounds(3);
  {
    const auto held = co_await condition.scoped();
    condition.notify();
  }
  print{co_await awaited(late), bare(condition)};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
