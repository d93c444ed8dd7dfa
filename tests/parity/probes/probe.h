// probe.h - what the probes of this folder share. ../README.md says what a probe is.
#ifndef SKEIN_TESTS_PARITY_PROBES_PROBE_H_
#define SKEIN_TESTS_PARITY_PROBES_PROBE_H_

#include <concepts>
#include <type_traits>

// Compiles if `result` is exactly of type T.
template <class T, class R>
void returns(R&& result) {
  static_assert(std::same_as<std::remove_cvref_t<R>, T>);
  static_cast<void>(result);
}

#endif  // SKEIN_TESTS_PARITY_PROBES_PROBE_H_
