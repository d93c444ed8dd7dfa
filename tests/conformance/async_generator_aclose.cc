// async_generator_aclose.cc - async_generator_aclose.py, line by line.
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

struct Finally {
  std::string text;
  ~Finally() { log.push_back(text); }
};

asyncio::AsyncGenerator<int> numbers(std::string name) {
  log.push_back(name + " begins");
  {
    const Finally finally{name + " cleans up"};
    try {
      co_yield 1;
      co_yield 2;
    } catch (const asyncio::GeneratorExit&) {
      log.push_back(name + " exits");
      throw;
    }
  }
  log.push_back(name + " ends");
}

asyncio::AsyncGenerator<int> awaits_in_cleanup(std::string name) {
  std::exception_ptr error;
  try {
    co_yield 1;
  } catch (...) {
    error = std::current_exception();
  }
  for (int step = 0; step < 2; ++step) {
    log.push_back(name + " step " + str(step));
    co_await asyncio::sleep(0);
  }
  if (error != nullptr) std::rethrow_exception(error);
}

asyncio::AsyncGenerator<int> returns(std::string name) {
  try {
    co_yield 1;
  } catch (const asyncio::GeneratorExit&) {
    log.push_back(name + " returns");
    co_return;
  }
}

asyncio::AsyncGenerator<int> fails(std::string name) {
  try {
    co_yield 1;
  } catch (...) {
    log.push_back(name + " fails");
    throw skein::ValueError("in the clean-up");
  }
}

asyncio::AsyncGenerator<int> no_handler() {
  try {
    co_yield 1;
  } catch (const std::exception&) {
    log.emplace_back("an Exception");
  }
  co_yield 2;
}

asyncio::Coroutine<> close_after(asyncio::AsyncGenerator<int> generator, int steps) {
  log.clear();
  std::vector<std::optional<int>> got;
  for (int step = 0; step < steps; ++step) got.push_back(co_await generator.next());
  const auto closed = co_await awaited(generator.aclose());
  const auto again = co_await awaited(generator.aclose());
  print{got, closed, again, co_await awaited(generator.next()), log};
}

asyncio::Coroutine<> main_program() {
  for (int steps = 0; steps < 4; ++steps) co_await close_after(numbers("n" + str(steps)), steps);
  for (int steps = 0; steps < 3; ++steps) co_await close_after(awaits_in_cleanup("a" + str(steps)), steps);
  co_await close_after(returns("r"), 1);
  co_await close_after(fails("f"), 1);
  co_await close_after(no_handler(), 1);

  // While its clean-up awaits, others run; aclose() comes back when it is through.
  log.clear();
  auto generator = awaits_in_cleanup("shared");
  co_await generator.next();
  auto closing = asyncio::create_task(generator.aclose());
  for (int number = 0; number < 4; ++number) {
    log.push_back("main " + str(number) + " " + str(closing.done()));
    co_await asyncio::sleep(0);
  }
  print{log, closing.done()};
}

}  // namespace

int main() { asyncio::run(main_program()); }
