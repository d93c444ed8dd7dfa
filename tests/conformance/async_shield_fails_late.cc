// async_shield_fails_late.cc - async_shield_fails_late.py, line by line.
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

std::vector<std::string> reports;

asyncio::Coroutine<> child(int rounds, std::exception_ptr error) {
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  std::rethrow_exception(error);
}

asyncio::Coroutine<> waits(asyncio::Task<void> task) { co_await asyncio::shield(task); }

asyncio::Coroutine<> main_program() {
  // Who reports, and in which words, differs: CPython 3.13 at the end of the task, later ones and skein at once.
  asyncio::get_running_loop().set_exception_handler(
      [](const asyncio::EventLoop&, const asyncio::ExceptionContext& context) {
        reports.push_back(said(context.exception));
      });
  std::optional inner = asyncio::create_task(child(5, std::make_exception_ptr(skein::ValueError("nobody waits"))));
  auto waiting = asyncio::create_task(waits(*inner));
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  waiting.cancel();
  const std::string ended = co_await awaited(waiting);
  print{ended, reports};
  while (!inner->done()) co_await asyncio::sleep(0);
  inner.reset();
  co_await asyncio::sleep(0);
  print{reports};
  reports.clear();

  // A thousand waits that were given up leave nothing with the inner one.
  auto future = asyncio::get_running_loop().create_future<int>();
  for (int i = 0; i < 1000; ++i) asyncio::shield(future).cancel();
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  future.set_result(1);
  co_await asyncio::sleep(0);
  print{reports, future.result()};

  // It ends well: nothing to report.
  auto well = asyncio::ensure_future(asyncio::sleep(0, std::string("well")));
  asyncio::shield(well).cancel();
  const std::string well_ended = co_await awaited(well);
  print{well_ended, reports};
}

}  // namespace

int main() { asyncio::run(main_program); }
