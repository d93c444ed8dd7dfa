// async_gather_error.cc - async_gather_error.py, line by line.
#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> child(std::string name, int rounds, std::exception_ptr error = nullptr) {
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  log.push_back(name);
  if (error != nullptr) std::rethrow_exception(error);
  co_return name;
}

template <class E>
std::exception_ptr error(const char* text) {
  return std::make_exception_ptr(E(text));
}

template <class Tasks, class F>
auto each(const Tasks& tasks, F&& function) {
  std::vector<decltype(function(tasks[0]))> all;
  for (const auto& task : tasks) all.push_back(function(task));
  return all;
}

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_exception_handler([](auto&&...) { log.emplace_back("reported"); });
  const auto is_done = [](const auto& task) { return task.done(); };
  const auto is_cancelled = [](const auto& task) { return task.cancelled(); };
  {
    std::vector<asyncio::Task<std::string>> tasks;
    tasks.push_back(asyncio::create_task(child("good", 4)));
    tasks.push_back(asyncio::create_task(child("bad", 1, error<skein::ValueError>("first"))));
    tasks.push_back(asyncio::create_task(child("worse", 2, error<skein::RuntimeError>("second"))));
    auto outer = asyncio::gather(tasks);
    print{co_await awaited(outer)};
    print{log, each(tasks, is_done), outer.cancelled(), said(outer.exception())};
    print{"cancel() now:", outer.cancel(), each(tasks, [](const auto& task) { return task.cancelling(); })};
    const std::string good = co_await awaited(tasks[0]);
    print{good, log, each(tasks, is_cancelled)};
  }
  print{"reports:", std::ranges::count(log, "reported")};

  // Those that have failed already: the one that stands first.
  std::vector<asyncio::Task<std::string>> late;
  late.push_back(asyncio::create_task(child("x", 1, error<skein::ValueError>("x"))));
  late.push_back(asyncio::create_task(child("y", 0, error<skein::ValueError>("y"))));
  co_await asyncio::wait(late);
  auto done = asyncio::gather(late);
  print{done.done(), co_await awaited(done)};
  auto loop = asyncio::get_running_loop();
  auto pending = loop.create_future<std::string>();
  auto half = asyncio::gather(pending, late[1]);
  print{half.done(), co_await awaited(half), pending.done()};

  // One that is cancelled is as one that fails.
  auto hangs = asyncio::create_task(child("hangs", 1000000));
  auto goes_on = asyncio::create_task(child("goes on", 3));
  auto outer = asyncio::gather(hangs, goes_on);
  co_await asyncio::sleep(0);
  hangs.cancel();
  print{co_await awaited(outer), outer.done(), outer.cancelled(), goes_on.done()};
  print{co_await awaited(goes_on)};
}

}  // namespace

int main() { asyncio::run(main_program); }
