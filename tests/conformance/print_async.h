// print_async.h - what the programs about asyncio share beside print.h. Python: show.py.
#ifndef SKEIN_TESTS_CONFORMANCE_PRINT_ASYNC_H_
#define SKEIN_TESTS_CONFORMANCE_PRINT_ASYNC_H_

#include <skein/asyncio.h>

#include <concepts>
#include <exception>
#include <ranges>
#include <sstream>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "print.h"

namespace conformance {

// An exception as outcome() words it; "None" for nullptr.
inline std::string said(const std::exception_ptr& error) {
  if (error == nullptr) return "None";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return internal::describe(e);
  } catch (const skein::asyncio::CancelledError& e) {
    return e.message().empty() ? "CancelledError" : "CancelledError: " + e.message();
  } catch (const skein::SystemExit&) {
    return "SystemExit";
  } catch (const skein::KeyboardInterrupt&) {
    return "KeyboardInterrupt";
  }
}

namespace internal {

// Python's repr of an exception with a text or none.
inline std::string exception_repr(const std::exception_ptr& error) {
  const std::string text = said(error);
  const std::size_t colon = text.find(": ");
  return colon == std::string::npos ? text + "()" : text.substr(0, colon) + "(" + quoted(text.substr(colon + 2)) + ")";
}

// As show(), and with what gather() gives: a tuple is Python's list.
template <class T>
std::string show_result(const T& value, bool inside) {
  if constexpr (requires {
                  value.exception();
                  value.result();
                }) {
    return value ? show_result(value.result(), true) : exception_repr(value.exception());
  } else if constexpr (Text<T>) {
    return show(value, inside);
  } else if constexpr (TupleLike<T>) {
    std::string result = "[";
    std::apply(
        [&result](const auto&... parts) {
          ((result += (result.size() == 1 ? "" : ", ") + show_result(parts, true)), ...);
        },
        value);
    return result + "]";
  } else if constexpr (std::ranges::range<const T>) {
    std::string result = "[";
    for (const auto& part : value) result += (result.size() == 1 ? "" : ", ") + show_result(part, true);
    return result + "]";
  } else {
    return show(value, inside);
  }
}

}  // namespace internal

// What `co_await awaitable` gives, or what it throws, as outcome() has it; a cancellation too.
template <class A>
skein::asyncio::Coroutine<std::string> awaited(A awaitable) {
  std::string text;
  try {
    if constexpr (std::is_void_v<skein::internal::AwaitResult<A>>) {
      co_await std::move(awaitable);
      text = "None";
    } else {
      auto result = co_await std::move(awaitable);
      text = internal::show_result(result, false);
    }
  } catch (...) {
    text = said(std::current_exception());
  }
  co_return text;
}

// Some rounds of the loop.
inline skein::asyncio::Coroutine<> rounds(int count) {
  for (int i = 0; i < count; ++i) co_await skein::asyncio::sleep(0);
}

// What a lock or a queue says of itself.
template <class T>
std::string bare(const T& thing) {
  std::ostringstream text;
  text << thing;
  return text.str();
}

}  // namespace conformance

#endif  // SKEIN_TESTS_CONFORMANCE_PRINT_ASYNC_H_
