// async_condition_wait_for.cc - async_condition_wait_for.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::print;
using conformance::rounds;
using conformance::str;

namespace {

std::vector<std::string> log;
int value = 0;

asyncio::Coroutine<int> waits(asyncio::Condition& condition, int least) {
  const auto held = co_await condition.scoped();
  const auto enough = [&] {
    log.push_back(str(least) + "? " + str(value) + " " + str(condition.locked()));
    if (value < 0) throw skein::ValueError("negative");
    return value >= least ? value - least + 1 : 0;
  };
  co_return co_await condition.wait_for(enough);
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::Condition condition;
  print{co_await awaited(condition.wait_for([] { return 5; }))};  // True at once: the lock is not looked at.
  print{co_await awaited(condition.wait_for([] { return 0; }))};
  std::vector<asyncio::Task<int>> tasks;
  for (const int least : {2, 1, 3}) tasks.push_back(asyncio::create_task(waits(condition, least)));
  co_await rounds(4);
  for (const int next : {1, 2, -1}) {
    value = next;
    {
      const auto held = co_await condition.scoped();
      condition.notify_all();
    }
    co_await rounds(8);
    std::vector<bool> done;
    for (const auto& task : tasks) done.push_back(task.done());
    print{value, log, done, bare(condition)};
    log.clear();
  }
  std::vector<std::string> results;
  for (const auto& task : tasks) results.push_back(co_await awaited(task));
  print{results, bare(condition)};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
