// What the tests of contextvars share: what get() says, objects that are counted, how often a repeated test repeats.
#ifndef SKEIN_TESTS_CORE_CONTEXTVARS_HELPERS_H_
#define SKEIN_TESTS_CORE_CONTEXTVARS_HELPERS_H_

#include <skein/contextvars.h>
#include <skein/core/errors.h>

#include <atomic>
#include <string>
#include <tuple>

#include "testing/repeat.h"
#include "testing/text_of.h"

namespace skein::testing {

#ifdef SKEIN_TESTING_SANITIZER
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr int kRounds = kSanitized ? 2'000 : 20'000;

// How an address is shown, for MatchesRegex.
inline constexpr const char* kAddress = "0x[0-9a-f]+";

// What get() says of a variable without a value.
template <class T>
std::string text_of_get(const contextvars::ContextVar<T>& var) {
  return text_of<LookupError>([&] { std::ignore = var.get(); });
}

// Counts the live ones.
struct Counted {
  explicit Counted(int n) : number(n) { ++live; }
  Counted(const Counted& other) : number(other.number) { ++live; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --live; }
  int number;
  static inline std::atomic<int> live{0};
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_CORE_CONTEXTVARS_HELPERS_H_
