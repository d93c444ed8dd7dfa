// async_as_completed.cc - async_as_completed.py, line by line.
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

using Strings = std::vector<std::string>;
using Tasks = std::vector<asyncio::Task<std::string>>;
std::vector<std::string> log;

asyncio::Coroutine<std::string> child(std::string name, int rounds, std::exception_ptr error = nullptr) {
  log.push_back(name + " begins");
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  if (error != nullptr) std::rethrow_exception(error);
  co_return name;
}

asyncio::Coroutine<Strings> results_of(Tasks tasks) {
  Strings results;
  for (auto& each : asyncio::as_completed(tasks)) results.push_back(co_await std::move(each));
  co_return results;
}

asyncio::Coroutine<> main_program() {
  Tasks three;
  for (const auto& [name, rounds] : std::vector<std::pair<std::string, int>>{{"c", 6}, {"a", 0}, {"b", 3}}) {
    three.push_back(asyncio::create_task(child(name, rounds)));
  }
  for (auto& each : asyncio::as_completed(three)) print{co_await std::move(each)};

  // Coroutines begin when the loop comes to them, and an error ends nothing.
  log.clear();
  std::vector<asyncio::Coroutine<std::string>> coroutines;
  coroutines.push_back(child("x", 4));
  coroutines.push_back(child("y", 1, std::make_exception_ptr(skein::ValueError("in y"))));
  for (auto& each : asyncio::as_completed(coroutines)) {
    const std::string ended = co_await awaited(std::move(each));
    print{ended, log.size()};
  }

  // The same one twice counts once.
  auto task = asyncio::create_task(child("once", 2));
  print{"duplicates:", co_await results_of(Tasks{task, task, task})};
  print{"done already:", co_await results_of(Tasks{task})};
  print{"nothing:", co_await results_of({})};

  // A cancelled one throws that.
  auto hangs = asyncio::create_task(child("hangs", 1000000));
  auto quick = asyncio::create_task(child("quick", 1));
  Strings seen;
  for (auto& each : asyncio::as_completed(std::vector{hangs, quick})) {
    seen.push_back(co_await awaited(std::move(each)));
    hangs.cancel("by the loop");
  }
  print{seen};

  // Iterated by half: the others go on.
  Tasks tasks;
  tasks.push_back(asyncio::create_task(child("first", 0)));
  tasks.push_back(asyncio::create_task(child("second", 5)));
  {
    auto all = asyncio::as_completed(tasks);
    const auto first = all.begin();
    print{co_await std::move(*first)};
  }
  print{tasks[1].done(), co_await tasks[1]};

  // The waits themselves, all at once.
  std::vector<asyncio::Future<std::string>> futures;
  for (int i = 0; i < 3; ++i) futures.push_back(asyncio::get_running_loop().create_future<std::string>());
  Tasks waits;
  for (auto& each : asyncio::as_completed(futures)) waits.push_back(asyncio::create_task(awaited(std::move(each))));
  co_await asyncio::sleep(0);
  for (const auto& [place, value] :
       std::vector<std::pair<std::size_t, std::string>>{{2, "two"}, {0, "zero"}, {1, "one"}}) {
    futures[place].set_result(value);
  }
  Strings results;
  for (const auto& wait : waits) results.push_back(co_await wait);
  print{results};
}

}  // namespace

int main() { asyncio::run(main_program); }
