// async_task_factory.cc - async_task_factory.py, line by line.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::AnyTask factory(const asyncio::EventLoop& loop, asyncio::AnyCoroutine coro,
                         const asyncio::TaskOptions& options) {
  asyncio::AnyTask task(loop, std::move(coro), options);
  log.push_back("makes one of " + task.get_coro());
  return task;
}

asyncio::AnyTask refuses(const asyncio::EventLoop& /*loop*/, asyncio::AnyCoroutine coro,
                         const asyncio::TaskOptions& /*options*/) {
  coro.close();
  throw skein::ValueError("no more tasks");
}

asyncio::Coroutine<int> work(int value) { co_return value; }

std::string shown(const asyncio::TaskFactory& made) { return made ? "a factory" : "None"; }

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  print{shown(loop.get_task_factory())};
  loop.set_task_factory(factory);
  print{loop.get_task_factory() != nullptr};
  auto task = asyncio::create_task({.name = "mine"}, work(1));
  print{co_await task, task.get_name(), co_await loop.create_task(work(2)), log};

  log.clear();
  print{co_await awaited(asyncio::gather(work(1), work(2))), co_await asyncio::wait_for(work(3), 1),
        co_await asyncio::ensure_future(work(4)), co_await asyncio::shield(work(5)), log};

  // Not for what is a task already, nor for what is awaited.
  log.clear();
  print{co_await work(1), co_await asyncio::ensure_future(task), log};

  log.clear();
  co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
    task = group.create_task({.name = "in a group"}, work(6));
    co_return;
  });
  print{task.result(), task.get_name(), log};

  // It raises.
  loop.set_task_factory(refuses);
  print{outcome([] { return asyncio::create_task(work(7)).result(); }), asyncio::all_tasks().size()};

  // It hands over to another one.
  log.clear();
  loop.set_task_factory([](asyncio::EventLoop its, asyncio::AnyCoroutine coro, asyncio::TaskOptions options) {
    return factory(its, std::move(coro), options);
  });
  print{co_await asyncio::create_task(work(8)), log};

  loop.set_task_factory(nullptr);
  log.clear();
  print{shown(loop.get_task_factory()), co_await asyncio::create_task(work(9)), log};
}

}  // namespace

int main() {
  asyncio::run(main_program());

  // Before the loop runs, and through run_until_complete().
  auto loop = asyncio::new_event_loop();
  loop.set_task_factory(factory);
  log.clear();
  print{loop.run_until_complete(work(10)), log};
  loop.close();
}
