// async_cancel_no_exception.cc - async_cancel_no_exception.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> broad() {
  try {
    co_await asyncio::sleep(60);
  } catch (const std::exception&) {
    log.emplace_back("swallowed");
  }
  co_return "went on";
}

asyncio::Coroutine<std::string> by_name() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("swallowed");
  }
  co_return "went on";
}

asyncio::Coroutine<std::string> base() {
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    log.emplace_back("raises another");
    throw skein::ValueError("instead");
  }
  co_return "";
}

asyncio::Coroutine<std::string> again() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("passes on");
    throw;
  }
  co_return "";
}

asyncio::Coroutine<std::string> raises() {
  throw asyncio::CancelledError("by itself");
  co_return "";
}

asyncio::Coroutine<> main_coroutine() {
  for (const auto function : {broad, by_name, base, again}) {
    log.clear();
    auto task = asyncio::create_task(function());
    co_await asyncio::sleep(0);
    task.cancel();
    print{co_await awaited(task), task.cancelled(), task.cancelling(), log};
  }

  // Raised by the coroutine itself, it cancels the task too.
  auto task = asyncio::create_task(raises());
  print{co_await awaited(task), task.cancelled(), task.cancelling()};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
