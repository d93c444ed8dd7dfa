// async_run_in_executor.cc - async_run_in_executor.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

int work(int number) {
  log.push_back("work " + str(number));
  if (number < 0) throw skein::ValueError("number " + str(number));
  return number * 10;
}

// Whether it is an E; the exception itself.
template <class E>
bool is(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const E&) {
    return true;
  } catch (...) {
    return false;
  }
}

template <class A>
asyncio::Coroutine<std::exception_ptr> error_of(A awaitable) {
  std::exception_ptr error;
  try {
    co_await std::move(awaitable);
  } catch (...) {
    error = std::current_exception();
  }
  co_return error;
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  futures::ThreadPoolExecutor executor(1);
  {
    print{co_await loop.run_in_executor(executor, work, 1)};
    print{co_await awaited(loop.run_in_executor(executor, work, -1))};
    const int twenty = co_await loop.run_in_executor(skein::None, work, 2);
    print{twenty, log};
    std::vector<asyncio::Future<int>> four;
    for (int n = 0; n < 4; ++n) four.push_back(loop.run_in_executor(executor, work, n));
    print{co_await asyncio::gather(four)};

    // One runs, two wait in the queue.
    log.clear();
    threading::Event go;
    auto begun = loop.create_future();

    const auto slow = [&]() -> std::string {
      loop.call_soon_threadsafe([&] { begun.set_result(); });
      go.wait();
      log.emplace_back("slow is through");
      return "slow";
    };

    auto running = loop.run_in_executor(executor, slow);
    std::vector<asyncio::Future<int>> queued;
    for (const int n : {7, 8}) queued.push_back(loop.run_in_executor(executor, work, n));
    co_await begun;
    print{"queued:", queued[0].cancel(), queued[0].cancelled()};
    print{"running:", running.cancel(), running.cancelled(), co_await awaited(running)};
    co_await asyncio::sleep(0);
    go.set();
    print{co_await awaited(queued[0]), co_await awaited(queued[1]), log};
    print{"still:", running.cancelled(), co_await awaited(running)};

    // Its exceptions are the loop's own, where there are two of the name.
    auto error = co_await error_of(loop.run_in_executor(executor, [] { throw futures::CancelledError(); }));
    print{"asyncio's:", is<asyncio::CancelledError>(error), is<std::exception>(error)};
    error = co_await error_of(loop.run_in_executor(executor, [] { throw futures::InvalidStateError("x"); }));
    print{"asyncio's:", is<asyncio::InvalidStateError>(error), is<futures::InvalidStateError>(error)};
    error = co_await error_of(loop.run_in_executor(executor, [] { throw futures::TimeoutError("y"); }));
    print{"asyncio's:", is<asyncio::TimeoutError>(error), conformance::said(error).substr(14)};
    executor.shutdown();
  }
  print{co_await awaited(asyncio::sleep(0, std::string("the pool is shut down")))};
  try {
    loop.run_in_executor(executor, work, 5);
  } catch (const skein::RuntimeError& e) {
    print{e.what()};
  }
}

}  // namespace

int main() { asyncio::run(main_program); }
