// The word of a lock that processes share, a Lock or RLock or one inside of a pipe or queue: who holds it is in what is
// exchanged, so that whoever finds the holder dead can take it, and nobody else can have.
#ifndef SKEIN_MULTIPROCESSING_SRC_LOCK_WORD_H_
#define SKEIN_MULTIPROCESSING_SRC_LOCK_WORD_H_

#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>

#include <cstdint>

#include "identity.h"
#include "sleepers.h"

namespace skein::inline v0::multiprocessing::internal {

// In shared memory.
struct LockWord {
  // Low half, the word that sleepers watch:
  //   bit 0       held
  //   bit 1       contended: somebody may sleep
  //   bit 2       recovered: taken from a dead holder, and what that one was at may be half done
  //   bits 3-24   the holder's pid; 0 while held: of a process that ended normally and left it held
  //   bits 25-31  the low bits of the holder's thread token
  // High half: when the holder was started.
  //
  // 1. Free is 0. Taking it is one exchange from free to held by me; giving it up is one exchange to 0.
  // 2. A sleeper parks only on a value with `held` and `contended` set. Who clears `contended` wakes one; who is woken
  //    sets it again in the step by which it takes the lock, parks or gives up, for there may be others.
  // 3. The wake-up may be lost, with who was to make it or with who got it; so sleepers sleep in slices and look.
  // 4. After a slice a sleeper looks whether the holder is gone. If so it exchanges the very value that it saw. A
  //    process that ends normally has replaced its own before it is gone; so what is found had no normal end.
  skein::internal::Atomic<std::uint64_t> bits{0};
  // Milliseconds: when somebody who would not wait last looked whether the holder is gone.
  skein::internal::Atomic<std::uint32_t> looked{0};
  std::uint32_t unused = 0;
  skein::internal::SpinHistory history;
};
static_assert(skein::internal::Atomic<std::uint64_t>::is_always_lock_free);

inline constexpr std::uint64_t kHeld = 1;
inline constexpr std::uint64_t kContended = 2;
inline constexpr std::uint64_t kRecovered = 4;

// Takes it if it is free, or if its holder is gone, which is looked for now and then only: 20 ms after that at the
// latest.
bool try_acquire(LockWord& word);
// Waits for it. False if the deadline passed or a stop was requested first.
bool acquire(LockWord& word, const skein::internal::Until& until);
// Makes it free and wakes one who waits. False if it was free.
bool release(LockWord& word);
// Whether it is held; by this thread (one in 128 is taken for another); by this process.
bool is_held(const LockWord& word) noexcept;
bool is_held_by_me(const LockWord& word) noexcept;
bool is_held_here(const LockWord& word) noexcept;
// Whether who holds it took it from the dead.
bool is_recovered(const LockWord& word) noexcept;
// Whether nobody who lives holds it: a change that its last holder had begun will not be ended. Some system calls if it
// is held.
bool is_abandoned(const LockWord& word) noexcept;
// What this process holds is held by nobody known from now on.
void leave_held(LockWord& word) noexcept;

// Whether somebody who would not wait should look whether somebody is gone, which takes some system calls: so many
// milliseconds after the last time. `looked`: when that was.
bool look_is_due(skein::internal::Atomic<std::uint32_t>& looked) noexcept;

// What a wait with these arguments of acquire() may take.
struct Patience {
  bool waits = true;
  Deadline deadline = Deadline();
};
inline Patience patience(bool block, Timeout timeout) noexcept {
  if (!block || (!timeout.unlimited() && timeout.span().count() <= 0)) return {.waits = false};
  return {.deadline = Deadline(timeout)};
}

// One slice of a wait: until a wake-up, `deadline`, or `slice_ns` from now. False if the time of the slice is over.
bool park_slice(const void* word, std::uint32_t expected, Deadline deadline, std::int64_t slice_ns) noexcept;
inline constexpr std::int64_t kMillisecondNs = 1'000'000;

// ---- the end of the process ----

// What this process holds of any lock or permit is from now on held by nobody known, as in Python when a process ends
// and leaves it; to be called before a normal end that std::exit does not make. Called by std::exit and quick_exit
// once something was made. What is taken afterwards counts as held by the dead.
void leave_held_primitives() noexcept;
// Arranges for that. Called for every primitive that is made or mapped.
void leave_held_primitives_at_exit() noexcept;

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_LOCK_WORD_H_
