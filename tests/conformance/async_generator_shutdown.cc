// async_generator_shutdown.cc - async_generator_shutdown.py, line by line.
#include <algorithm>
#include <deque>
#include <exception>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;

namespace {

using Numbers = asyncio::AsyncGenerator<int>;

std::vector<std::string> log;
std::deque<Numbers> kept;

void note(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  log.push_back("report: " + context.message + ": " + said(context.exception));
}

Numbers numbers(std::string name, std::exception_ptr then = nullptr) {
  std::exception_ptr error;
  try {
    log.push_back(name + " begins");
    co_yield 1;
    co_yield 2;
  } catch (...) {
    error = std::current_exception();
  }
  log.push_back(name + " cleans up");
  co_await asyncio::sleep(0.001);
  log.push_back(name + " is through");
  if (then != nullptr) std::rethrow_exception(then);
  if (error != nullptr) std::rethrow_exception(error);
}

asyncio::Coroutine<> hang() {
  std::exception_ptr error;
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    error = std::current_exception();
  }
  log.emplace_back("the task cleans up");
  co_await asyncio::sleep(0);
  log.emplace_back("the task is through");
  if (error != nullptr) std::rethrow_exception(error);
}

Numbers stubborn() {
  bool ignored = false;
  try {
    co_yield 1;
  } catch (const asyncio::GeneratorExit&) {
    log.emplace_back("ignored");
    ignored = true;
  }
  if (ignored) co_yield 2;
}

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_exception_handler(note);
  asyncio::create_task(hang());
  kept.push_back(numbers("left"));
  co_await kept[0].next();
  kept.push_back(numbers("through"));
  std::vector<int> values;
  while (const auto value = co_await kept[1].next()) values.push_back(*value);
  print{values};
  kept.push_back(numbers("closed"));
  co_await kept[2].next();
  co_await kept[2].aclose();
  kept.push_back(numbers("never begun"));
  log.emplace_back("main is through");
}

// What their clean-up raises is reported, and the rest is closed.
asyncio::Coroutine<> several() {
  asyncio::get_running_loop().set_exception_handler(note);
  kept.push_back(numbers("a", std::make_exception_ptr(skein::ValueError("in a"))));
  co_await kept.back().next();
  kept.push_back(numbers("b"));
  co_await kept.back().next();
  kept.push_back(stubborn());
  co_await kept.back().next();
}

// By hand: those that have begun in this loop are closed; it may be called again.
asyncio::Coroutine<> by_hand() {
  auto loop = asyncio::get_running_loop();
  kept.push_back(numbers("by hand"));
  co_await kept.back().next();
  print{co_await awaited(loop.shutdown_asyncgens()), log};
  print{co_await awaited(kept.back().next()), co_await awaited(loop.shutdown_asyncgens()), log};
}

// A task whose generator is left: the task is cancelled in the generator, which is through before.
asyncio::Coroutine<> consume() {
  while (const auto value = co_await kept.back().next()) co_await asyncio::sleep(60);
}

asyncio::Coroutine<> left_in_the_middle() {
  kept.push_back(numbers("shared"));
  asyncio::create_task(consume());
  co_await asyncio::sleep(0);
}

}  // namespace

int main() {
  asyncio::run(main_program());
  print{log};

  log.clear();
  asyncio::run(several());
  std::ranges::sort(log);
  print{log};

  log.clear();
  asyncio::run(by_hand());
  print{log};

  log.clear();
  asyncio::run(left_in_the_middle());
  print{log};
}
