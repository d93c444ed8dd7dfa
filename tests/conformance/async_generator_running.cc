// async_generator_running.cc - async_generator_running.py, line by line.
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

using Numbers = asyncio::AsyncGenerator<int>;

std::vector<std::string> log;

Numbers numbers(asyncio::Future<int> future) {
  struct Finally {
    ~Finally() { log.emplace_back("cleans up"); }
  } const finally;
  co_yield 1;
  log.emplace_back("waits");
  co_yield co_await future;
  co_yield 3;
}

std::optional<Numbers> itself;

Numbers asks_itself() {
  co_yield 1;
  try {
    co_await itself->next();
  } catch (const skein::RuntimeError&) {
    log.push_back(said(std::current_exception()));
  }
  try {
    co_await itself->aclose();
  } catch (const skein::RuntimeError&) {
    log.push_back(said(std::current_exception()));
  }
  co_yield 2;
}

asyncio::Coroutine<std::optional<int>> ask(Numbers& generator) { co_return co_await generator.next(); }

Numbers slow_cleanup(asyncio::Future<void> future) {
  std::exception_ptr error;
  try {
    co_yield 1;
  } catch (...) {
    error = std::current_exception();
  }
  co_await future;
  log.emplace_back("closed");
  if (error != nullptr) std::rethrow_exception(error);
}

Numbers shared() {
  for (int number = 0; number < 6; ++number) {
    co_await asyncio::sleep(0);
    co_yield number;
  }
}

asyncio::Coroutine<std::vector<int>> takes(Numbers& generator, asyncio::Lock& lock) {
  std::vector<int> got;
  for (;;) {
    std::optional<int> number;
    {
      const auto held = co_await lock.scoped();
      number = co_await generator.next();
    }
    if (!number.has_value()) co_return got;
    got.push_back(*number);
  }
}

asyncio::Coroutine<> main_program() {
  auto future = asyncio::get_running_loop().create_future<int>();
  auto generator = numbers(future);
  print{co_await generator.next()};
  auto waiting = asyncio::create_task(ask(generator));
  co_await asyncio::sleep(0);
  print{co_await awaited(ask(generator)), co_await awaited(generator.aclose()),
        co_await awaited(generator.athrow(std::make_exception_ptr(skein::ValueError("x")))), log};
  auto second = asyncio::create_task(ask(generator));
  print{co_await awaited(second), waiting.done()};
  future.set_result(2);
  print{co_await awaited(waiting), co_await awaited(ask(generator)), co_await awaited(ask(generator)), log};

  // Not while it runs on its own behalf either.
  log.clear();
  itself.emplace(asks_itself());
  std::vector<int> values;
  while (const auto value = co_await itself->next()) values.push_back(*value);
  print{values, log};

  // While it is being closed.
  log.clear();
  auto cleaned = asyncio::get_running_loop().create_future();
  generator = slow_cleanup(cleaned);
  co_await generator.next();
  auto closing = asyncio::create_task(generator.aclose());
  co_await asyncio::sleep(0);
  print{co_await awaited(ask(generator)), co_await awaited(generator.aclose()), log};
  cleaned.set_result();
  print{co_await awaited(closing), co_await awaited(ask(generator)), co_await awaited(generator.aclose()), log};

  // One after the other two tasks may share it.
  generator = shared();
  asyncio::Lock lock;
  print{co_await awaited(asyncio::gather(takes(generator, lock), takes(generator, lock)))};
}

}  // namespace

int main() { asyncio::run(main_program()); }
