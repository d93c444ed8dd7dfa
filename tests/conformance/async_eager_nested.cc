// async_eager_nested.cc - async_eager_nested.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> tree(std::string name, int depth) {
  log.push_back(name + " begins");
  if (depth > 0) {
    std::vector<asyncio::Task<void>> children;
    std::vector<bool> done;
    for (int number = 0; number < 2; ++number)
      children.push_back(asyncio::create_task(tree(name + str(number), depth - 1)));
    for (const auto& child : children) done.push_back(child.done());
    log.push_back(name + " made [" + str(bool(done[0])) + ", " + str(bool(done[1])) + "]");
    for (const auto& child : children) co_await child;
  } else if (name.ends_with("1")) {
    co_await asyncio::sleep(0);
  }
  log.push_back(name + " ends");
}

asyncio::Coroutine<int> chain(int n) {
  if (n == 0) co_return 0;
  co_return 1 + co_await asyncio::create_task(chain(n - 1));
}

asyncio::Coroutine<int> chain_that_waits(int n) {
  if (n == 0) {
    co_await asyncio::sleep(0);
    log.emplace_back("the innermost");
    co_return 0;
  }
  const int got = 1 + co_await asyncio::create_task(chain_that_waits(n - 1));
  log.push_back(str(got));
  co_return got;
}

asyncio::Coroutine<> fails(int n) {
  if (n == 0) throw skein::ValueError("innermost");
  try {
    co_await asyncio::create_task(fails(n - 1));
  } catch (const skein::ValueError& e) {
    log.push_back(str(n) + " " + e.what());
    throw;
  }
}

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_task_factory(asyncio::eager_task_factory);
  auto task = asyncio::create_task(tree("t", 2));
  log.push_back("main " + str(task.done()));
  co_await task;
  print{log};

  auto counting = asyncio::create_task(chain(50));
  print{counting.done(), counting.result()};

  log.clear();
  counting = asyncio::create_task(chain_that_waits(3));
  print{counting.done(), co_await counting};
  print{log};

  log.clear();
  task = asyncio::create_task(fails(3));
  print{task.done(), said(task.exception()), log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
