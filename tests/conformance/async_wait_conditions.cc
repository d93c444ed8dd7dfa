// async_wait_conditions.cc - async_wait_conditions.py, line by line.
#include <algorithm>
#include <exception>
#include <string>
#include <tuple>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

using Tasks = std::vector<asyncio::Task<std::string>>;
using Names = std::vector<std::string>;

asyncio::Coroutine<std::string> child(std::string name, int rounds, std::exception_ptr error) {
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  if (error != nullptr) std::rethrow_exception(error);
  co_return name;
}

std::tuple<Names, Names> split(const auto& results, const Tasks& tasks) {
  const auto& [done, pending] = results;
  Names in_done;
  Names in_pending;
  for (const auto& task : tasks) {
    if (std::ranges::find(done, task) != done.end()) in_done.push_back(task.get_name());
    if (std::ranges::find(pending, task) != pending.end()) in_pending.push_back(task.get_name());
  }
  return {in_done, in_pending};
}

Tasks start(const std::vector<std::exception_ptr>& errors) {
  Tasks tasks;
  for (int n = 0; const auto& error : errors) {
    tasks.push_back(asyncio::create_task(child("t" + str(n), 2 * n, error)));
    tasks.back().set_name("t" + str(n));
    ++n;
  }
  return tasks;
}

std::exception_ptr value_error(const char* text) { return std::make_exception_ptr(skein::ValueError(text)); }

asyncio::Coroutine<Names> all_of(Tasks tasks) {
  Names all;
  for (const auto& task : tasks) all.push_back(co_await awaited(task));
  co_return all;
}

asyncio::Coroutine<> main_program() {
  Tasks tasks = start({nullptr, value_error("x"), nullptr});
  print{"first:", split(co_await asyncio::wait(tasks, {.return_when = asyncio::FIRST_COMPLETED}), tasks)};
  print{"again:", split(co_await asyncio::wait(tasks, {.return_when = asyncio::FIRST_COMPLETED}), tasks)};
  print{"exception:", split(co_await asyncio::wait(tasks, {.return_when = asyncio::FIRST_EXCEPTION}), tasks)};
  print{"all:", split(co_await asyncio::wait(tasks), tasks)};
  print{co_await all_of(tasks)};

  // A cancelled one is no exception.
  tasks = start({nullptr, nullptr, value_error("y"), nullptr});
  tasks[1].cancel();
  print{"exception:", split(co_await asyncio::wait(tasks, {.return_when = asyncio::FIRST_EXCEPTION}), tasks)};
  const Tasks last(tasks.begin() + 2, tasks.end());
  print{"rest:", split(co_await asyncio::wait(last, {.return_when = asyncio::FIRST_EXCEPTION}), tasks)};
  print{co_await all_of(tasks)};

  // No exception comes: all of them.
  tasks = start({nullptr, nullptr});
  print{"exception:", split(co_await asyncio::wait(tasks, {.return_when = asyncio::FIRST_EXCEPTION}), tasks)};

  // The same one several times.
  tasks = start({nullptr, nullptr});
  const Tasks four{tasks[0], tasks[1], tasks[0], tasks[1]};
  auto found = co_await asyncio::wait(four);
  print{"duplicates:", found.done.size(), found.pending.size()};
  const Tasks same{tasks[0], tasks[0]};
  found = co_await asyncio::wait(same);
  print{"done duplicates:", found.done.size(), found.pending.size()};

  std::string nothing = "None";
  try {
    co_await asyncio::wait(Tasks());
  } catch (...) {
    nothing = conformance::said(std::current_exception());
  }
  print{"nothing:", nothing};

  // Futures, and who is told how late.
  auto future = asyncio::get_running_loop().create_future<int>();
  auto waiting = asyncio::create_task(asyncio::wait(std::vector{future}));
  co_await asyncio::sleep(0);
  future.set_result(1);
  int rounds = 0;
  while (!waiting.done()) {
    co_await asyncio::sleep(0);
    ++rounds;
  }
  print{"rounds:", rounds};
}

}  // namespace

int main() { asyncio::run(main_program); }
