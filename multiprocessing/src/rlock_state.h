// What lies in the block of an RLock.
#ifndef SKEIN_MULTIPROCESSING_SRC_RLOCK_STATE_H_
#define SKEIN_MULTIPROCESSING_SRC_RLOCK_STATE_H_

#include <cstdint>

#include "lock_word.h"

namespace skein::inline v0::multiprocessing::internal {

struct RLockState {
  LockWord word;  // First: what ends, or finds the dead, looks for it there.
  // The thread that holds it: pid, token, and the low bits of the time the process was started at. 0: none, or not yet.
  // Written by who holds the word, who alone can find itself here.
  skein::internal::Atomic<std::uint64_t> owner{0};
  skein::internal::Atomic<std::uint64_t> depth{0};  // Belongs to the owner.
};

// What `owner` is while this thread holds it.
inline std::uint64_t owned_by_me() noexcept {
  const Identity me = self();
  return (std::uint64_t{me.started} << 52) | (std::uint64_t{me.pid} << 30) | skein::internal::thread_token();
}

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_RLOCK_STATE_H_
