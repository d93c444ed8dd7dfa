// async_gather_return_exceptions.cc - async_gather_return_exceptions.py, line by line.
#include <exception>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<int> child(int number, int rounds, std::exception_ptr error = nullptr) {
  for (int i = 0; i < rounds; ++i) co_await asyncio::sleep(0);
  log.push_back(str(number));
  if (error != nullptr) std::rethrow_exception(error);
  co_return number;
}

asyncio::Coroutine<int> hang(bool refuses = false) {
  try {
    co_await asyncio::get_running_loop().create_future();
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("cancelled");
    if (!refuses) throw;
  }
  co_return 0;
}

asyncio::Coroutine<> waits() {
  auto results = co_await asyncio::gather(asyncio::return_exceptions, hang(), hang());
  static_cast<void>(results);
  log.emplace_back("swallowed: 2");
}

asyncio::Coroutine<> main_program() {
  const auto error = std::make_exception_ptr(skein::ValueError("x"));
  const std::string three =
      co_await awaited(asyncio::gather(asyncio::return_exceptions, child(1, 2), child(2, 0, error), child(3, 1)));
  print{three, log};
  std::vector<asyncio::Coroutine<int>> several;
  for (int n = 0; n < 4; ++n) {
    several.push_back(
        child(n, 0, n % 2 == 1 ? std::make_exception_ptr(skein::RuntimeError("number " + str(n))) : nullptr));
  }
  print{co_await awaited(asyncio::gather(asyncio::return_exceptions, several))};
  print{co_await awaited(asyncio::gather(asyncio::return_exceptions, std::vector<asyncio::Task<int>>()))};

  {
    // A child is cancelled by somebody else.
    auto hangs = asyncio::create_task(hang());
    auto outer = asyncio::gather(asyncio::return_exceptions, hangs, child(5, 3));
    co_await asyncio::sleep(0);
    hangs.cancel();
    print{co_await awaited(outer)};
  }

  // The gather() is cancelled: thrown, when all children are through.
  for (const bool refuses : {false, true}) {
    log.clear();
    auto task = asyncio::create_task(hang(refuses));
    auto outer = asyncio::gather(asyncio::return_exceptions, task, child(6, 5));
    co_await asyncio::sleep(0);
    const bool said = outer.cancel();
    const std::string ended = co_await awaited(outer);
    print{said, ended, log, task.cancelled()};
  }

  // And the one who waits for it is, in a loop that goes on with whatever comes.
  log.clear();
  auto task = asyncio::create_task(waits());
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  task.cancel();
  const std::string ended = co_await awaited(task);
  print{ended, log};
}

}  // namespace

int main() { asyncio::run(main_program); }
