// async_generator_athrow.cc - async_generator_athrow.py, line by line.
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::AsyncGenerator<int> catching() {
  for (int number = 0; number < 3; ++number) {
    bool await_after = false;
    try {
      co_yield number;
    } catch (const skein::ValueError&) {
      log.push_back("caught " + said(std::current_exception()) + " at " + str(number));
      await_after = true;
    }
    if (await_after) co_await asyncio::sleep(0);
  }
}

asyncio::AsyncGenerator<int> passing() {
  struct Finally {
    ~Finally() { log.emplace_back("cleans up"); }
  } const finally;
  co_yield 1;
  co_yield 2;
}

asyncio::AsyncGenerator<int> changing() {
  try {
    co_yield 1;
  } catch (const skein::ValueError& e) {
    throw skein::RuntimeError(std::string("instead of ") + e.what());
  }
}

asyncio::AsyncGenerator<int> ending() {
  try {
    co_yield 1;
  } catch (const skein::ValueError&) {
    log.emplace_back("ends");
  }
}

template <class E>
asyncio::Coroutine<std::string> thrown(asyncio::AsyncGenerator<int>& generator, E error) {
  co_return co_await awaited(generator.athrow(std::make_exception_ptr(std::move(error))));
}

asyncio::Coroutine<> main_program() {
  auto generator = catching();
  print{co_await generator.next(),
        co_await thrown(generator, skein::ValueError("a")),
        co_await thrown(generator, skein::ValueError("b")),
        co_await thrown(generator, skein::ValueError("c")),
        co_await awaited(generator.next()),
        log};

  // Not caught: it comes out again, and the generator is through.
  log.clear();
  for (const int steps : {1, 2}) {
    generator = passing();
    for (int i = 0; i < steps; ++i) co_await generator.next();
    print{co_await thrown(generator, skein::RuntimeError("k")), co_await awaited(generator.next()), log};
  }

  generator = changing();
  co_await generator.next();
  print{co_await thrown(generator, skein::ValueError("that")), co_await awaited(generator.next())};

  // Caught, and it ends.
  log.clear();
  generator = ending();
  co_await generator.next();
  print{co_await thrown(generator, skein::ValueError("x")), co_await awaited(generator.next()), log};

  // Before the beginning: the code never runs.
  log.clear();
  generator = catching();
  print{co_await thrown(generator, skein::ValueError("early")), co_await awaited(generator.next()), log};

  // After the end nothing is thrown.
  log.clear();
  generator = ending();
  std::vector<int> values;
  while (const auto value = co_await generator.next()) values.push_back(*value);
  print{values, co_await thrown(generator, skein::ValueError("late"))};
  generator = passing();
  co_await generator.next();
  co_await generator.aclose();
  print{co_await thrown(generator, skein::ValueError("late")), co_await awaited(generator.next()), log};

  // A cancellation, as one that comes by itself.
  generator = passing();
  co_await generator.next();
  print{co_await thrown(generator, asyncio::CancelledError("c")), co_await awaited(generator.next()), log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
