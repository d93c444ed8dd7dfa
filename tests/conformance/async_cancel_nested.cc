// async_cancel_nested.cc - async_cancel_nested.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;

Work obeys() {
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    log.emplace_back("obeys");
    throw;
  }
  log.emplace_back("obeys");
  co_return "None";
}

Work returns() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("returns");
    co_return "result";
  }
  co_return "None";
}

Work fails() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("fails");
    throw skein::ValueError("failed");
  }
  co_return "None";
}

Work takes_its_time() {
  std::exception_ptr error;
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    error = std::current_exception();
  }
  for (int number = 0; number < 3; ++number) {
    log.push_back(str(number));
    co_await asyncio::sleep(0);
  }
  if (error != nullptr) std::rethrow_exception(error);
  co_return "None";
}

Work waits_for(asyncio::Future<std::string> task) {
  struct Finally {
    ~Finally() { log.emplace_back("outer"); }
  } const finally;
  co_return co_await task;
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::pair<std::string, Work (*)()>> functions{
      {"obeys", obeys}, {"returns", returns}, {"fails", fails}, {"takes_its_time", takes_its_time}};
  for (const auto& [name, function] : functions) {
    log.clear();
    auto inner = asyncio::create_task(function());
    auto outer = asyncio::create_task(waits_for(inner));
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    outer.cancel();
    print{name, co_await awaited(outer), outer.cancelled(), outer.cancelling(), inner.cancelled(), inner.cancelling(),
          log};
  }

  // The other way round: the inner one is cancelled by somebody else; the outer one sees that, and was not asked.
  log.clear();
  auto inner = asyncio::create_task(obeys());
  auto outer = asyncio::create_task(waits_for(inner));
  co_await asyncio::sleep(0);
  inner.cancel();
  print{co_await awaited(outer), outer.cancelled(), outer.cancelling(), log};

  // A future that two tasks wait for: who cancels one of them cancels the future, and with it the other one.
  auto future = asyncio::get_running_loop().create_future<std::string>();
  auto first = asyncio::create_task(waits_for(future));
  auto second = asyncio::create_task(waits_for(future));
  co_await asyncio::sleep(0);
  first.cancel("first");
  print{co_await awaited(second), second.cancelled(), second.cancelling(),
        first.cancelled(),        first.cancelling(), future.cancelled()};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
