// What the workers of a test's pool are told to do, and words that they share with it.
#ifndef SKEIN_TESTS_MULTIPROCESSING_POOL_CALLS_H_
#define SKEIN_TESTS_MULTIPROCESSING_POOL_CALLS_H_

#include <unistd.h>

#include <concepts>
#include <exception>
#include <optional>
#include <string>

#include "multiprocessing/mailbox.h"

namespace skein::testing {

// In a worker: what share() was given.
inline std::optional<Mailbox> g_box;  // NOLINT

// An initializer.
inline void share(const Mailbox& box) { g_box = box; }

inline int square(int x) { return x * x; }
inline int worker_pid() { return ::getpid(); }
// Says at `place` who it is, and stays until place 0 is raised.
inline int stay_at(std::size_t place) {
  g_box->set(place, static_cast<std::uint32_t>(::getpid()));
  static_cast<void>(g_box->wait(0));
  return static_cast<int>(place);
}

// What `call` throws, as text; "" if it throws nothing, or nothing that is a std::exception.
template <std::invocable Call>
std::string error_of(Call call) {
  try {
    static_cast<void>(call());
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_POOL_CALLS_H_
