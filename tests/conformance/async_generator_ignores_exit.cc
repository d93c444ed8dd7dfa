// async_generator_ignores_exit.cc - async_generator_ignores_exit.py, line by line.
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

asyncio::AsyncGenerator<int> stubborn(int times) {
  for (int number = 0; number < 10; ++number) {
    try {
      co_yield number;
    } catch (const asyncio::GeneratorExit&) {
      log.push_back("ignored at " + str(number));
      if (--times < 0) {
        log.emplace_back("gives in");
        throw;
      }
    }
  }
}

asyncio::AsyncGenerator<int> yields_in_finally() {
  std::exception_ptr error;
  try {
    co_yield 1;
  } catch (...) {
    error = std::current_exception();
  }
  log.emplace_back("finally");
  co_yield 2;
  log.emplace_back("after");
  if (error != nullptr) std::rethrow_exception(error);
}

asyncio::Coroutine<std::string> exits(asyncio::AsyncGenerator<int>& generator) {
  try {
    const auto value = co_await generator.next();
    co_return str(value);
  } catch (const asyncio::GeneratorExit&) {
    co_return "GeneratorExit";
  }
}

asyncio::Coroutine<> main_program() {
  for (const int times : {0, 1}) {
    log.clear();
    auto generator = stubborn(times);
    print{co_await generator.next(), co_await awaited(generator.aclose()), log};
    if (times == 0) {
      print{co_await awaited(generator.aclose()), co_await awaited(generator.next()), log};
      continue;
    }
    // What it yielded then is lost; it goes on from there.
    std::vector<int> values;
    while (const auto value = co_await generator.next()) values.push_back(*value);
    print{values, log};
  }

  // A clean-up that yields, and goes on with its exit when it is asked for more.
  log.clear();
  auto generator = yields_in_finally();
  print{co_await generator.next(), co_await awaited(generator.aclose()), log};
  print{co_await exits(generator), co_await awaited(generator.next()), log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
