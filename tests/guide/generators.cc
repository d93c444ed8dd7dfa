// generators.cc - generators.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

// [generator]
struct EndOfTicks {
  ~EndOfTicks() { print("the ticks end"); }
};

asyncio::AsyncGenerator<int> ticks(int n) {
  const EndOfTicks finally;
  for (int i = 0; i < n; ++i) {
    co_await asyncio::sleep(0);
    co_yield i;
  }
}

asyncio::Coroutine<> all_of_them() {
  auto all = ticks(3);
  for (auto tick = co_await all.next(); tick; tick = co_await all.next()) print("{}", *tick);
}
// [/generator]

asyncio::Coroutine<> close() {
  co_await asyncio::sleep(0);
  print("closed");
}

// [clean]
asyncio::AsyncGenerator<std::string> lines() {
  std::exception_ptr error;
  try {
    co_yield "first";
    co_yield "second";
  } catch (...) {  // GeneratorExit too.
    error = std::current_exception();
  }
  co_await close();
  if (error != nullptr) std::rethrow_exception(error);
}

asyncio::Coroutine<std::string> the_first() {
  auto all = lines();
  co_return co_await asyncio::finally(
      [&]() -> asyncio::Coroutine<std::string> {
        const auto line = co_await all.next();
        co_return *line;
      },
      [&] { return all.aclose(); });
}
// [/clean]

asyncio::Coroutine<> async_main() {
  co_await all_of_them();
  const std::string line = co_await the_first();
  print("{}", line);
}

int main() { asyncio::run(async_main()); }
