// async_gather_results.cc - async_gather_results.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<int> child(std::string name, int rounds) {
  log.push_back(name + " begins");
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  log.push_back(name + " ends");
  co_return static_cast<int>(name.size());
}

asyncio::Coroutine<> main_program() {
  print{co_await awaited(asyncio::gather(child("a", 3), child("bb", 0), child("ccc", 1)))};
  print{log};
  log.clear();
  std::vector<asyncio::Coroutine<int>> several;
  for (int n = 1; n < 4; ++n) several.push_back(child(std::string(static_cast<std::size_t>(n), 'x'), 3 - n));
  print{co_await asyncio::gather(several)};
  print{log};

  // Nothing at all: done at once.
  auto nothing = asyncio::gather(std::vector<asyncio::Task<int>>());
  print{"empty:", nothing.done(), co_await nothing};

  // The same one twice and three times.
  log.clear();
  auto task = asyncio::create_task(child("once", 1));
  auto other = asyncio::create_task(child("other", 0));
  const std::string of_four = co_await awaited(asyncio::gather(task, other, task, task));
  print{of_four, log};

  // What is done already.
  auto both = asyncio::gather(task, other);
  print{"done already:", both.done(), co_await awaited(both)};
  auto future = asyncio::get_running_loop().create_future<int>();
  auto mixed = asyncio::gather(std::vector<asyncio::Future<int>>{task, future});
  print{"one is pending:", mixed.done()};
  future.set_result(7);
  print{"set, not told:", mixed.done()};
  co_await asyncio::sleep(0);
  print{"told:", mixed.done(), mixed.result()};
  print{"cancel() of a done one:", mixed.cancel(), mixed.cancelled()};
}

}  // namespace

int main() { asyncio::run(main_program); }
