// async_as_completed_tasks.cc - async_as_completed_tasks.py, line by line.
#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;

namespace {

asyncio::Coroutine<std::string> child(std::string name, int rounds, std::exception_ptr error = nullptr) {
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  if (error != nullptr) std::rethrow_exception(error);
  co_return name;
}

// What next() throws, or "None" for the end.
asyncio::Coroutine<std::string> end_of(auto& results) {
  std::string text;
  try {
    const auto found = co_await results.next();
    text = found.has_value() ? "something" : "None";
  } catch (...) {
    text = said(std::current_exception());
  }
  co_return text;
}

asyncio::Coroutine<> main_program() {
  std::vector<asyncio::Task<std::string>> tasks;
  tasks.push_back(asyncio::create_task(child("c", 6)));
  tasks.push_back(asyncio::create_task(child("a", 0)));
  tasks.push_back(asyncio::create_task(child("b", 3, std::make_exception_ptr(skein::ValueError("x")))));
  auto all = asyncio::as_completed(tasks);
  for (auto task = co_await all.next(); task.has_value(); task = co_await all.next()) {
    print{std::ranges::find(tasks, *task) - tasks.begin(), task->done(), co_await awaited(*task)};
  }

  // Coroutines become tasks.
  std::vector<asyncio::Coroutine<std::string>> coroutines;
  coroutines.push_back(child("y", 2));
  coroutines.push_back(child("x", 0));
  auto both = asyncio::as_completed(coroutines);
  for (auto task = co_await both.next(); task.has_value(); task = co_await both.next()) {
    print{asyncio::isfuture(*task), task->result()};
  }

  // One by one, and what comes after the last.
  std::vector<asyncio::Future<int>> futures;
  for (int i = 0; i < 2; ++i) futures.push_back(asyncio::get_running_loop().create_future<int>());
  auto results = asyncio::as_completed(std::vector{futures[0], futures[1], futures[0]});
  futures[1].set_result(1);
  print{(co_await results.next()) == futures[1]};
  futures[0].cancel();
  print{(co_await results.next()) == futures[0]};
  print{co_await end_of(results)};

  // Several are there at once: in the order of their ends.
  std::vector<asyncio::Future<std::size_t>> several;
  for (int i = 0; i < 3; ++i) several.push_back(asyncio::get_running_loop().create_future<std::size_t>());
  auto ordered = asyncio::as_completed(several);
  for (const std::size_t place : {2UL, 0UL, 1UL}) several[place].set_result(place);
  co_await asyncio::sleep(0);
  std::vector<std::size_t> places;
  for (auto task = co_await ordered.next(); task.has_value(); task = co_await ordered.next()) {
    places.push_back(task->result());
  }
  print{places};

  // Out of time.
  std::vector<asyncio::Future<int>> hangs;
  for (int i = 0; i < 2; ++i) hangs.push_back(asyncio::get_running_loop().create_future<int>());
  auto late = asyncio::as_completed(hangs, {.timeout = 0.005});
  print{co_await end_of(late), co_await end_of(late), co_await end_of(late)};
  print{std::vector{hangs[0].done(), hangs[1].done()}};
}

}  // namespace

int main() { asyncio::run(main_program); }
