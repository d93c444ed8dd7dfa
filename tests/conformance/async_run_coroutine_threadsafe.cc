// async_run_coroutine_threadsafe.cc - async_run_coroutine_threadsafe.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;
std::atomic<bool> hangs = false;

asyncio::Coroutine<int> work(int number) {
  co_await asyncio::sleep(0);
  if (number < 0) throw skein::ValueError("number " + str(number));
  co_return number * 10;
}

asyncio::Coroutine<> hang(threading::Event& ended) {
  try {
    log.emplace_back("hangs");
    hangs = true;
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("cancelled");
    ended.set();
    throw;
  }
}

asyncio::Coroutine<> cancels_itself() {
  asyncio::current_task()->cancel();
  co_await asyncio::sleep(0);
}

}  // namespace

int main() {
  auto loop = asyncio::new_event_loop();
  threading::Thread thread([&] { loop.run_forever(); });
  thread.start();

  print{asyncio::run_coroutine_threadsafe(work(1), loop).result(30)};
  print{outcome([&] { return asyncio::run_coroutine_threadsafe(work(-1), loop).result(30); })};
  std::vector<futures::Future<int>> several;
  for (int n = 0; n < 5; ++n) several.push_back(asyncio::run_coroutine_threadsafe(work(n), loop));
  std::vector<int> results;
  for (const auto& future : several) results.push_back(future.result(30));
  print{results};

  // Cancelled from here: the task over there is, too.
  threading::Event ended;
  auto future = asyncio::run_coroutine_threadsafe(hang(ended), loop);
  while (!hangs) ended.wait(0.001);
  print{future.cancel(), future.cancelled()};
  ended.wait(30);
  print{log, outcome([&] { future.result(0); })};

  // The time of the one who waits is up; the task goes on until somebody cancels it.
  log.clear();
  ended.clear();
  future = asyncio::run_coroutine_threadsafe(hang(ended), loop);
  print{outcome([&] { future.result(0.01); }), future.done(), ended.is_set()};
  future.cancel();
  ended.wait(30);
  print{log};

  // The task is cancelled over there.
  future = asyncio::run_coroutine_threadsafe(cancels_itself(), loop);
  print{outcome([&] { future.result(30); }), future.cancelled()};

  // Cancelled before the loop has come to it, which is busy.
  log.clear();
  ended.clear();
  threading::Event go;
  loop.call_soon_threadsafe([&] { go.wait(); });
  future = asyncio::run_coroutine_threadsafe(hang(ended), loop);
  print{future.cancel()};
  go.set();
  const int twenty = asyncio::run_coroutine_threadsafe(work(2), loop).result(30);
  print{twenty, "hung:", std::ranges::find(log, "cancelled") != log.end() && !ended.is_set()};

  // Waiting by the tools of threads.
  several.clear();
  for (const int n : {3, -3}) several.push_back(asyncio::run_coroutine_threadsafe(work(n), loop));
  const auto [done, not_done] = futures::wait(several, {.timeout = 30});
  print{std::vector{done.size(), not_done.size()}};

  loop.call_soon_threadsafe([&] { loop.stop(); });
  thread.join();
  loop.close();
  auto coroutine = work(4);
  print{outcome([&] { asyncio::run_coroutine_threadsafe(std::move(coroutine), loop); })};
}
