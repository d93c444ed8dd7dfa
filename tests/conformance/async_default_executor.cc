// async_default_executor.cc - async_default_executor.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <memory>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::awaited;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

int work(int number) {
  log.push_back(str(number));
  return number;
}

std::string prefix() {
  const std::string name = threading::current_thread().name();
  return name.substr(0, name.find('_'));
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  auto executor = std::make_shared<futures::ThreadPoolExecutor>(
      futures::ThreadPoolExecutorOptions{.max_workers = 1, .thread_name_prefix = "mine"});
  loop.set_default_executor(executor);
  print{co_await loop.run_in_executor(skein::None, prefix)};
  print{co_await asyncio::to_thread(prefix)};

  // Its shutdown waits for what is queued.
  std::vector<asyncio::Future<int>> jobs;
  for (int n = 0; n < 5; ++n) jobs.push_back(loop.run_in_executor(skein::None, work, n));
  co_await loop.shutdown_default_executor();
  print{log, co_await asyncio::gather(jobs)};
  print{co_await awaited(loop.shutdown_default_executor())};

  print{outcome([&] { loop.run_in_executor(skein::None, work, 6); })};
  print{co_await awaited(asyncio::to_thread(work, 7))};
  print{"the pool itself:", outcome([&] { executor->submit(work, 8); })};
  futures::ThreadPoolExecutor another(1);
  print{"another one:", co_await loop.run_in_executor(another, work, 9)};
}

// The end of run() waits for what runs in threads.
asyncio::Coroutine<> leaves(threading::Event& go) {
  auto loop = asyncio::get_running_loop();
  auto begun = loop.create_future();

  const auto job = [loop, begun, &go]() mutable {
    loop.call_soon_threadsafe([begun]() mutable { begun.set_result(); });
    go.wait();
    log.emplace_back("the last");
  };

  loop.run_in_executor(skein::None, job);
  co_await begun;
  loop.call_later(0.01, [&go] { go.set(); });
}

}  // namespace

int main() {
  asyncio::run(main_program);

  log.clear();
  threading::Event go;
  asyncio::run(leaves(go));
  print{"after run():", log};

  // A loop that is closed.
  auto loop = asyncio::new_event_loop();
  print{loop.run_until_complete(loop.run_in_executor(skein::None, work, 1))};
  loop.close();
  print{outcome([&] { loop.run_in_executor(skein::None, work, 2); })};
  print{log};
}
