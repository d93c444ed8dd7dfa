// print.h - what the programs of this folder share. Python: print(), and show.py.
#ifndef SKEIN_TESTS_CONFORMANCE_PRINT_H_
#define SKEIN_TESTS_CONFORMANCE_PRINT_H_

#include <skein/core/timeout.h>
#include <skein/threading/thread.h>
#include <skein/threading/thread_handle.h>
#include <skein/time.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace conformance {

namespace internal {

// Writes a line to stdout in one system call, so that threads do not share a line.
void write_line(std::string line);
// "Type: text", or "Type" when it says nothing.
std::string describe(const std::exception& error);
// Whether the kernel says that the thread sleeps.
bool asleep(skein::threading::ThreadHandle& thread);
// As Python's repr() of a str that needs no escapes.
std::string quoted(std::string_view text);

template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;

template <class T>
concept TupleLike = requires { std::tuple_size<T>::value; } && !std::ranges::range<T>;

// Python's str() at the top, its repr() inside of containers.
template <class T>
std::string show(const T& value, bool inside) {
  if constexpr (Text<T>) {
    return inside ? internal::quoted(value) : std::string(std::string_view(value));
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "True" : "False";
  } else if constexpr (std::integral<T>) {
    return std::to_string(value);
  } else if constexpr (std::same_as<T, skein::NoneType>) {
    return "None";
  } else if constexpr (requires { value.has_value(); }) {
    return value.has_value() ? show(*value, inside) : "None";
  } else if constexpr (TupleLike<T>) {
    std::string result;
    std::apply(
        [&result](const auto&... parts) { ((result += (result.empty() ? "(" : ", ") + show(parts, true)), ...); },
        value);
    return result + ")";
  } else {
    static_assert(std::ranges::range<const T>, "conformance: this cannot be printed");
    std::string result = "[";
    for (const auto& part : value) result += (result.size() == 1 ? "" : ", ") + show(part, true);
    return result + "]";
  }
}

}  // namespace internal

// Python: str(value).
template <class T>
std::string str(const T& value) {
  return internal::show(value, false);
}

// Python: print(...). A class, since the parts of `print{a(), b()}` are evaluated in their order
// and those of a function call are not.
class print {
 public:
  template <class... Parts>
  explicit print(const Parts&... parts) {
    std::string line;
    bool first = true;
    ((line += (std::exchange(first, false) ? "" : " ") + str(parts)), ...);
    internal::write_line(std::move(line));
  }
};

// What call() returns, or the exception that it throws as "Type: text".
template <std::invocable Call>
std::string outcome(Call&& call) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      call();
      return "None";
    } else {
      return str(call());
    }
  } catch (const std::exception& error) {
    return internal::describe(error);
  }
}

// The outcome of call() in a thread of its own.
template <std::invocable Call>
std::string in_thread(Call&& call) {
  std::string result;
  skein::threading::Thread thread([&] { result = outcome(call); });
  thread.start();
  thread.join();
  return result;
}

// Comes back once predicate() is true; for what no event announces.
template <std::predicate Predicate>
void until(Predicate&& predicate) {
  while (!predicate()) skein::time::sleep(0.001);
}

// Comes back once `thread`, a started one, has slept in the kernel for a while.
inline void until_asleep(skein::threading::ThreadHandle& thread) {
  int calm = 0;
  while (calm < 15) {
    calm = internal::asleep(thread) ? calm + 1 : 0;
    skein::time::sleep(0.001);
  }
}

}  // namespace conformance

#endif  // SKEIN_TESTS_CONFORMANCE_PRINT_H_
