// async_generator_nested.cc - async_generator_nested.py, line by line.
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;

namespace {

using Numbers = asyncio::AsyncGenerator<int>;

std::vector<std::string> log;

Numbers source(int n) {
  struct Finally {
    ~Finally() { log.emplace_back("source closed"); }
  } const finally;
  for (int i = 0; i < n; ++i) {
    co_await asyncio::sleep(0);
    co_yield i;
  }
}

Numbers doubled(Numbers& inner) {
  std::exception_ptr error;
  try {
    while (const auto value = co_await inner.next()) co_yield 2 * *value;
  } catch (...) {
    error = std::current_exception();
  }
  log.emplace_back("doubled closed");
  co_await inner.aclose();
  if (error != nullptr) std::rethrow_exception(error);
}

Numbers doubled_of(Numbers inner) {
  auto outer = doubled(inner);
  while (const auto value = co_await outer.next()) co_yield *value;
}

asyncio::AsyncGenerator<std::vector<int>> batches(Numbers inner, std::size_t size) {
  std::vector<int> batch;
  while (const auto value = co_await inner.next()) {
    batch.push_back(*value);
    if (batch.size() == size) co_yield std::exchange(batch, {});
  }
  if (!batch.empty()) co_yield std::move(batch);
}

Numbers countdown(int n) {
  if (n > 0) {
    co_yield n;
    auto inner = countdown(n - 1);
    while (const auto value = co_await inner.next()) co_yield *value;
  }
}

Numbers bad(Numbers& inner) {
  while (const auto value = co_await inner.next()) {
    if (*value == 2) throw skein::ValueError("two");
    co_yield *value;
  }
}

Numbers both(Numbers first, Numbers second) {
  for (;;) {
    const auto [a, b] = co_await asyncio::gather(first.next(), second.next());
    if (!a.has_value() || !b.has_value()) co_return;
    co_yield *a * 10 + *b;
  }
}

template <class T>
asyncio::Coroutine<std::vector<T>> all_of(asyncio::AsyncGenerator<T> generator) {
  std::vector<T> all;
  while (auto value = co_await generator.next()) all.push_back(std::move(*value));
  co_return all;
}

asyncio::Coroutine<> main_program() {
  const auto values = co_await all_of(doubled_of(source(3)));
  print{values, log};
  print{co_await all_of(batches(doubled_of(source(5)), 2))};
  print{co_await all_of(countdown(5))};

  // Closing the outer one closes the inner one, as it is written.
  log.clear();
  auto inner = source(5);
  auto outer = doubled(inner);
  print{co_await outer.next(), co_await outer.next(), co_await awaited(outer.aclose()), log};
  print{co_await awaited(inner.next()), co_await awaited(outer.next())};

  // An exception out of the middle.
  log.clear();
  inner = source(5);
  auto middle = bad(inner);
  outer = doubled(middle);
  std::vector<int> got;
  try {
    while (const auto value = co_await outer.next()) got.push_back(*value);
  } catch (const skein::ValueError&) {
    log.push_back(said(std::current_exception()));
  }
  print{got, log};
  // The innermost has not noticed, and goes on.
  print{co_await awaited(inner.next())};
  co_await inner.aclose();

  // Two at a time.
  log.clear();
  print{co_await all_of(both(source(3), countdown(4)))};

  // An exception that is thrown into the outer one does not come to the inner one.
  log.clear();
  inner = source(5);
  outer = doubled(inner);
  co_await outer.next();
  try {
    co_await outer.athrow(std::make_exception_ptr(skein::ValueError("thrown")));
  } catch (const skein::ValueError&) {
    log.push_back(said(std::current_exception()));
  }
  print{log, co_await awaited(inner.next())};
}

}  // namespace

int main() { asyncio::run(main_program()); }
