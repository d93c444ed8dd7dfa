// async_barrier_rounds.cc - async_barrier_rounds.py, line by line.
#include <skein/asyncio.h>

#include <cstdint>
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

asyncio::Coroutine<std::string> passes(asyncio::Barrier& barrier, std::string name, int times) {
  for (int i = 0; i < times; ++i) {
    const std::int64_t number = co_await barrier.wait();
    log.push_back(name + str(i) + ":" + str(number) + " " + bare(barrier));
  }
  co_return name;
}

asyncio::Coroutine<std::string> with_block(asyncio::Barrier& barrier) {
  std::string text;
  co_await asyncio::with(barrier, [&](std::int64_t number) -> asyncio::Coroutine<> {
    text = str(number) + " " + bare(barrier);
    co_return;
  });
  co_return text;
}

Tasks several(asyncio::Barrier& barrier, const std::vector<std::string>& names, int times) {
  Tasks tasks;
  for (const std::string& name : names) tasks.push_back(asyncio::create_task(passes(barrier, name, times)));
  return tasks;
}

asyncio::Coroutine<> main_coroutine() {
  for (const int parties : {-1, 0}) print{outcome([&] { return bare(asyncio::Barrier(parties)); })};
  {
    asyncio::Barrier barrier(3);
    print{bare(barrier), barrier.parties(), barrier.n_waiting(), barrier.broken()};
    Tasks tasks = several(barrier, {"a", "b"}, 1);
    co_await rounds(2);
    print{bare(barrier), barrier.n_waiting()};
    // The last one does not wait.
    print{co_await barrier.wait(), bare(barrier), barrier.n_waiting(), log};
    // Comes while the others leave: it waits for the end of the round, and then with the next ones.
    for (const auto& late : several(barrier, {"c", "d", "e"}, 1)) tasks.push_back(late);
    co_await rounds(1);
    print{bare(barrier), barrier.n_waiting(), log};
    for (int i = 0; i < 8; ++i) {
      co_await rounds(1);
      log.push_back(bare(barrier));
    }
    std::vector<bool> done;
    for (const auto& task : tasks) done.push_back(task.done());
    print{log, done};
  }
  log.clear();
  asyncio::Barrier pair(2);
  for (const auto& task : several(pair, {"a", "b"}, 3)) co_await task;
  print{log};

  // More than one round's worth at once.
  log.clear();
  for (const auto& task : several(pair, {"0-", "1-", "2-", "3-", "4-", "5-"}, 1)) co_await task;
  print{log, bare(pair)};

  asyncio::Barrier alone(1);
  std::vector<std::int64_t> numbers;
  for (int i = 0; i < 3; ++i) numbers.push_back(co_await alone.wait());
  print{numbers, bare(alone)};
  print{co_await awaited(with_block(alone)), bare(alone)};
  asyncio::Barrier two(2);
  std::vector<asyncio::Task<std::string>> tasks;
  for (int i = 0; i < 2; ++i) tasks.push_back(asyncio::create_task(with_block(two)));
  std::vector<std::string> results;
  for (const auto& task : tasks) results.push_back(co_await task);
  print{results};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
