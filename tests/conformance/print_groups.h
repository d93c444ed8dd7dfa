// print_groups.h - what the programs about groups share beside print_async.h. Python: show_groups.py.
#ifndef SKEIN_TESTS_CONFORMANCE_PRINT_GROUPS_H_
#define SKEIN_TESTS_CONFORMANCE_PRINT_GROUPS_H_

#include <skein/asyncio.h>
#include <skein/core/exception_group.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace conformance {

inline std::vector<std::string> log;

// Python: sorted(). For what happens in the order of a set, in Python.
inline std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

// As said(), and of a group also what is in it.
inline std::string tree(const std::exception_ptr& error) {
  if (error == nullptr) return "None";
  try {
    std::rethrow_exception(error);
  } catch (const skein::ExceptionGroup& group) {
    std::string text = "ExceptionGroup: " + group.message() + " [";
    bool first = true;
    for (const std::exception_ptr& each : group.exceptions())
      text += (std::exchange(first, false) ? "" : ", ") + tree(each);
    return text + "]";
  } catch (...) {
    return said(error);
  }
}

// As awaited(), and of a group also what is in it.
template <class A>
skein::asyncio::Coroutine<std::string> ended(A awaitable) {
  std::string text;
  try {
    if constexpr (std::is_void_v<skein::internal::AwaitResult<A>>) {
      co_await std::move(awaitable);
      text = "None";
    } else {
      text = str(co_await std::move(awaitable));
    }
  } catch (...) {
    text = tree(std::current_exception());
  }
  co_return text;
}

// The value, after some rounds.
inline skein::asyncio::Coroutine<std::string> gives(int count, std::string value) {
  co_await rounds(count);
  log.push_back(value);
  co_return value;
}

// Fails after some rounds.
inline skein::asyncio::Coroutine<std::string> fails(int count, std::string text) {
  co_await rounds(count);
  log.push_back(text + " fails");
  throw skein::ValueError(text);
}

namespace internal {

// Waits for its cancellation, and then for some rounds; gives the cancellation.
inline skein::asyncio::Coroutine<std::exception_ptr> cancellation(int count) {
  std::exception_ptr error;
  try {
    co_await skein::asyncio::sleep(60);
  } catch (const skein::asyncio::CancelledError&) {
    error = std::current_exception();
  }
  co_await rounds(count);
  co_return error;
}

}  // namespace internal

// Waits for its cancellation, and then for some rounds.
inline skein::asyncio::Coroutine<> waits(std::string name, int count = 0) {
  const std::exception_ptr error = co_await internal::cancellation(count);
  log.push_back(name + " is cancelled");
  std::rethrow_exception(error);
}

// As waits(), but fails then.
inline skein::asyncio::Coroutine<> spoils(int count, std::string text) {
  static_cast<void>(co_await internal::cancellation(count));
  throw skein::ValueError(text);
}

// What the next await of the task comes to.
inline skein::asyncio::Coroutine<std::string> next_await() {
  std::string text = "goes on";
  try {
    co_await skein::asyncio::sleep(0);
  } catch (const skein::asyncio::CancelledError&) {
    text = said(std::current_exception());
  }
  co_return text;
}

}  // namespace conformance

#endif  // SKEIN_TESTS_CONFORMANCE_PRINT_GROUPS_H_
