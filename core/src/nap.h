// nap.h - sleeping without waiting for anybody.
#ifndef SKEIN_CORE_SRC_NAP_H_
#define SKEIN_CORE_SRC_NAP_H_

#include <skein/core/internal/platform.h>

#include <cstdint>

namespace skein::inline v0::internal {

// Until CLOCK_MONOTONIC reaches `ns`; INT64_MAX: for ever.
inline void nap_until(std::int64_t ns) noexcept {
  const std::uint32_t never_changes = 0;
  while (futex_wait(&never_changes, 0, ns, Scope::kProcess)) {
  }
}

// One round of waiting for what another thread does in a moment, from 0. First it only yields; then it sleeps, since
// that thread may have a lower priority than this one.
inline void back_off(int round) noexcept {
  if (round < 100) {
    yield_cpu();
  } else {
    nap_until(monotonic_ns() + 100'000);
  }
}

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_SRC_NAP_H_
