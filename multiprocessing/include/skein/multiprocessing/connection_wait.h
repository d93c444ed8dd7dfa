// skein/multiprocessing/connection_wait.h - which of several are ready. Python: multiprocessing.connection.wait.
#ifndef SKEIN_MULTIPROCESSING_CONNECTION_WAIT_H_
#define SKEIN_MULTIPROCESSING_CONNECTION_WAIT_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/connection.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <ranges>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace skein::inline v0::multiprocessing {

namespace connection {

// What wait() waits for: a Connection, or a descriptor, such as a Process's sentinel or a socket's number.
class Waitable {
 public:
  Waitable(Connection connection) noexcept : what_(std::move(connection)) {}  // NOLINT(google-explicit-constructor)
  template <std::same_as<int> I>
  Waitable(I descriptor) noexcept : what_(descriptor) {}  // NOLINT(google-explicit-constructor)

  // Whether it is a `T` (Connection or int).
  template <class T>
  [[nodiscard]] bool is() const noexcept {
    return std::holds_alternative<T>(what_);
  }
  // Errors: TypeError if it is another kind.
  template <class T>
  [[nodiscard]] const T& get() const {
    if (const T* const found = std::get_if<T>(&what_)) return *found;
    throw TypeError("the waitable object is of another kind");
  }

  friend bool operator==(const Waitable&, const Waitable&) = default;

 private:
  friend struct std::hash<Waitable>;
  std::variant<Connection, int> what_;
};

}  // namespace connection

namespace internal {
// The places of those that are ready.
SKEIN_API std::vector<std::size_t> wait_places(const std::vector<connection::Waitable>& objects, Timeout timeout);
}  // namespace internal

namespace connection {

// The keyword argument of wait().
struct WaitOptions {
  Timeout timeout = None;
};

// Waits until one of the objects is ready, or `timeout` has passed (monotonic, from entry; None: no limit; zero or
// less: only looks), and returns those that are, in the order of `object_list`: a Connection with something to receive,
// a message or the end; one that only sends when every copy of the other end is closed; a descriptor that is readable,
// hung up or in error. Waiting for nothing without a limit never ends, as in Python.
// Errors: HandleError if a Connection is closed, or gets closed by another thread; KeyError if an object is twice in
// the list, as in Python; OSError; ValueError if `timeout` is NaN. Threads: any. Cost: while it sleeps, the next
// message of each sender costs that one a system call. Death: the end of the other side ends it at once; a message
// whose sender is killed right after sending it is noticed within 50 ms.
[[nodiscard]] inline std::vector<Waitable> wait(const std::vector<Waitable>& object_list, Timeout timeout = None) {
  std::vector<Waitable> ready;
  for (const std::size_t place : internal::wait_places(object_list, timeout)) ready.push_back(object_list[place]);
  return ready;
}
[[nodiscard]] inline std::vector<Waitable> wait(const std::vector<Waitable>& object_list, WaitOptions options) {
  return wait(object_list, options.timeout);
}
[[nodiscard]] inline std::vector<Waitable> wait(std::initializer_list<Waitable> object_list, Timeout timeout = None) {
  return wait(std::vector<Waitable>(object_list), timeout);
}
[[nodiscard]] inline std::vector<Waitable> wait(std::initializer_list<Waitable> object_list, WaitOptions options) {
  return wait(std::vector<Waitable>(object_list), options.timeout);
}
// The same for a list of one kind, which is what it returns.
template <std::ranges::forward_range R>
  requires(std::same_as<std::ranges::range_value_t<R>, Connection> || std::same_as<std::ranges::range_value_t<R>, int>)
[[nodiscard]] std::vector<std::ranges::range_value_t<R>> wait(const R& object_list, Timeout timeout = None) {
  std::vector<Waitable> objects;
  for (const auto& each : object_list) objects.emplace_back(each);
  std::vector<std::ranges::range_value_t<R>> ready;
  for (const std::size_t place : internal::wait_places(objects, timeout)) {
    ready.push_back(objects[place].template get<std::ranges::range_value_t<R>>());
  }
  return ready;
}
template <std::ranges::forward_range R>
  requires(std::same_as<std::ranges::range_value_t<R>, Connection> || std::same_as<std::ranges::range_value_t<R>, int>)
[[nodiscard]] std::vector<std::ranges::range_value_t<R>> wait(const R& object_list, WaitOptions options) {
  return wait(object_list, options.timeout);
}

}  // namespace connection

}  // namespace skein::inline v0::multiprocessing

template <>
struct std::hash<skein::multiprocessing::connection::Waitable> {
  std::size_t operator()(const skein::multiprocessing::connection::Waitable& object) const noexcept {
    return std::hash<std::variant<skein::multiprocessing::connection::Connection, int>>()(object.what_);
  }
};

#endif  // SKEIN_MULTIPROCESSING_CONNECTION_WAIT_H_
