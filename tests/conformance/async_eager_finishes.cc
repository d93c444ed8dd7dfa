// async_eager_finishes.cc - async_eager_finishes.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

template <class T>
asyncio::Coroutine<T> gives(T value) {
  co_return value;
}

template <class T>
asyncio::Coroutine<T> reaches(asyncio::Future<T> future) {
  co_return co_await future;
}

asyncio::Coroutine<> fails() {
  throw skein::ValueError("at once");
  co_return;
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  loop.set_task_factory(asyncio::eager_task_factory);
  auto task = asyncio::create_task(gives(1));
  print{task.done(),   task.result(),     task.cancelled(),           said(task.exception()),
        task.cancel(), task.cancelling(), asyncio::all_tasks().size()};
  print{co_await task, co_await task};

  // Callbacks come in the next round, as always.
  task.add_done_callback([](asyncio::Task<int> t) { log.push_back("callback " + str(t.result())); });
  log.emplace_back("added");
  co_await asyncio::sleep(0);
  print{log};

  // What it waits for is there already.
  auto future = loop.create_future<std::string>();
  future.set_result("there");
  auto reaching = asyncio::create_task(reaches(future));
  print{reaching.done(), reaching.result()};
  // Another eager one that is through.
  print{asyncio::create_task(reaches<int>(asyncio::create_task(gives(2)))).result()};

  // It raises: the exception stays in the task.
  auto failing = asyncio::create_task(fails());
  print{failing.done(), said(failing.exception()), co_await awaited(failing)};

  // One that waits is not done, and sleep(0) is a wait.
  auto sleeps = asyncio::ensure_future(asyncio::sleep(0, std::string("slept")));
  print{sleeps.done(), co_await sleeps};

  // wait(), wait_for() and as_completed() take what is done already.
  log.clear();
  std::vector<asyncio::Task<int>> tasks;
  for (int number = 0; number < 3; ++number) tasks.push_back(asyncio::create_task(gives(number)));
  const auto [done, pending] = co_await asyncio::wait(tasks);
  print{done.size(), pending.size(),
        co_await asyncio::wait_for(asyncio::create_task(gives(std::string("in time"))), 1)};
  std::vector<std::string> completed;
  auto completing =
      asyncio::as_completed(std::vector<asyncio::Task<std::string>>{asyncio::create_task(gives(std::string("only")))});
  for (auto&& it : completing) completed.push_back(co_await it);
  print{completed};
  print{co_await asyncio::shield(asyncio::create_task(gives(std::string("shielded"))))};

  // Many, one after another: nothing is left behind.
  int sum = 0;
  for (int number = 0; number < 100; ++number) sum += asyncio::create_task(gives(number)).result();
  print{sum, asyncio::all_tasks().size()};
}

}  // namespace

int main() { asyncio::run(main_program()); }
