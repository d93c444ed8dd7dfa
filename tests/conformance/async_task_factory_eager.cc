// async_task_factory_eager.cc - async_task_factory_eager.py, line by line.
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

// The coroutine's name is known to the task alone, which may have run when it is there.
asyncio::AnyTask maker(const asyncio::EventLoop& loop, asyncio::AnyCoroutine coro,
                       const asyncio::TaskOptions& options) {
  log.push_back("makes one of work, eager " + str(options.eager_start));
  return {loop, std::move(coro), options};
}

asyncio::Coroutine<int> work(int waits) {
  log.emplace_back("begins");
  for (int i = 0; i < waits; ++i) co_await asyncio::sleep(0);
  log.emplace_back("ends");
  co_return waits;
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  loop.set_task_factory(asyncio::create_eager_task_factory(maker));
  auto task = asyncio::create_task(work(0));
  log.push_back("made, done " + str(task.done()));
  print{log};
  log.clear();
  task = asyncio::create_task(work(1));
  log.push_back("made, done " + str(task.done()));
  print{co_await task, log};
  log.clear();
  print{co_await awaited(asyncio::gather(work(0), work(1))), log};

  // The maker may change its mind.
  log.clear();
  loop.set_task_factory(asyncio::create_eager_task_factory(
      [](asyncio::EventLoop its, asyncio::AnyCoroutine coro, asyncio::TaskOptions options) {
        options.eager_start = false;
        return maker(its, std::move(coro), options);
      }));
  task = asyncio::create_task(work(0));
  log.push_back("made, done " + str(task.done()));
  print{co_await task, log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
