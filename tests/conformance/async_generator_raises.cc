// async_generator_raises.cc - async_generator_raises.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::AsyncGenerator<int> raises(int at) {
  struct Finally {
    int at;
    ~Finally() { log.push_back("cleans up " + str(at)); }
  } const finally{at};
  if (at == 0) throw skein::ValueError("before the first");
  co_yield 1;
  if (at == 1) {
    co_await asyncio::sleep(0);
    throw skein::ValueError("after the first");
  }
  co_yield 2;
  if (at == 3) throw asyncio::CancelledError("by itself");
}

asyncio::Coroutine<> loop_over(int at) {
  try {
    auto values = raises(at);
    while (const auto value = co_await values.next()) log.push_back("got " + str(*value));
    log.emplace_back("through");
  } catch (const skein::ValueError&) {
    log.push_back(said(std::current_exception()));
  }
}

asyncio::AsyncGenerator<int> catches() {
  for (int number = 0; number < 3; ++number) {
    try {
      if (number == 1) throw skein::ValueError("inside");
    } catch (const skein::ValueError&) {
      log.push_back(said(std::current_exception()));
    }
    co_yield number;
  }
}

asyncio::Coroutine<std::vector<std::string>> four(asyncio::AsyncGenerator<int>& numbers) {
  std::vector<std::string> all;
  for (int i = 0; i < 4; ++i) all.push_back(co_await awaited(numbers.next()));
  co_return all;
}

// In Python None and numbers stand in the list as themselves.
std::string unquoted(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) {
    const bool is_text = part.find("Error") != std::string::npos;
    result += (result.empty() ? "" : ", ") + (is_text ? "'" + part + "'" : part);
  }
  return "[" + result + "]";
}

asyncio::Coroutine<> main_program() {
  for (const int at : {0, 1}) {
    auto numbers = raises(at);
    const auto all = co_await four(numbers);
    print{at, unquoted(all), log};
    log.clear();
  }
  auto numbers = raises(3);
  const auto all = co_await four(numbers);
  print{unquoted(all), log};
  for (const int at : {0, 1, 4}) {
    log.clear();
    co_await loop_over(at);
    print{log};
  }
  // The consumer's own exception does not come into the generator.
  log.clear();
  numbers = raises(4);
  try {
    while (const auto value = co_await numbers.next()) throw skein::ValueError("in the loop");
  } catch (const skein::ValueError&) {
    print{said(std::current_exception()), log};
  }
  print{co_await awaited(numbers.next()), co_await awaited(numbers.next()), log};
  // What it catches itself, nobody sees.
  log.clear();
  std::vector<int> values;
  auto catching = catches();
  while (const auto value = co_await catching.next()) values.push_back(*value);
  print{values, log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
