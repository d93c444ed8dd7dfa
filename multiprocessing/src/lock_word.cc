#include "lock_word.h"

#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <algorithm>
#include <cstdlib>

#include "permits.h"

namespace skein::inline v0::multiprocessing::internal {

using skein::internal::monotonic_ns;
using skein::internal::Until;
using skein::internal::value_address;
using skein::internal::value_of;

namespace {

constexpr int kPidShift = 3;
constexpr std::uint64_t kPidMask = (std::uint64_t{1} << 22) - 1;
constexpr int kTokenShift = 25;
constexpr std::uint64_t kTokenMask = 0x7f;

// The first slice is short: who waits for long anyway learns soon that it waits for the dead. The lock of a live
// holder is mostly free before that, so that nobody asks the system for the holder.
constexpr std::int64_t kFirstSliceNs = 5 * kMillisecondNs;
constexpr std::uint32_t kLookEveryMs = 20;

std::uint64_t held_by(Identity who, std::uint32_t token) noexcept {
  return (std::uint64_t{who.started} << 32) | ((token & kTokenMask) << kTokenShift) |
         ((who.pid & kPidMask) << kPidShift) | kHeld;
}
std::uint64_t held_by_me() noexcept { return held_by(self(), skein::internal::thread_token()); }

Identity holder_of(std::uint64_t bits) noexcept {
  return {static_cast<std::uint32_t>((bits >> kPidShift) & kPidMask), static_cast<std::uint32_t>(bits >> 32)};
}

// Takes the lock from the holder that `bits` names, if that is gone.
bool recover(LockWord& word, std::uint64_t bits, std::uint64_t mine) {
  if ((bits & kHeld) == 0 || !gone(holder_of(bits))) return false;
  SKEIN_FAULT("lock.recovering");
  const std::uint64_t dead = bits & ~kContended;
  while ((bits & ~kContended) == dead) {
    if (word.bits.compare_exchange_strong(bits, mine | kRecovered | (bits & kContended))) {
      SKEIN_FAULT("lock.recovered");
      return true;
    }
  }
  return false;
}

bool take_if_free(LockWord& word, std::uint64_t& bits, std::uint64_t mine) {
  while ((bits & kHeld) == 0) {
    SKEIN_FAULT("lock.taking");
    if (word.bits.compare_exchange_strong(bits, mine)) {
      SKEIN_FAULT("lock.taken");
      return true;
    }
  }
  return false;
}

bool acquire_slow(LockWord& word, const Until& until, std::uint64_t mine) {
  std::uint64_t bits = word.bits.load();
  skein::internal::Spin spin(word.history, until.deadline);
  do {
    if (take_if_free(word, bits, mine)) {
      spin.paid_off();
      return true;
    }
    if (until.stopped()) break;
    if (!spin.longer_step()) break;
    bits = word.bits.load();
  } while (true);

  const bool stoppable = until.stop != nullptr && until.stop->stop_possible();
  std::int64_t slice = kFirstSliceNs;
  bool slept = false;
  bool give_up = false;
  for (;;) {
    if (take_if_free(word, bits, slept ? mine | kContended : mine)) return true;
    if (give_up || until.stopped()) {
      // The wake-up that this sleeper may have got was meant for any.
      if (slept && (bits & kContended) == 0 && !word.bits.compare_exchange_strong(bits, bits | kContended)) continue;
      return false;
    }
    if ((bits & kContended) == 0) {
      if (!word.bits.compare_exchange_strong(bits, bits | kContended)) continue;
      bits |= kContended;
      SKEIN_FAULT("lock.marked");
    }
    slept = true;
    if (!park_slice(value_address(word.bits), value_of(bits), until.deadline, stoppable ? kStopSliceNs : slice)) {
      SKEIN_FAULT("lock.looking");
      if (recover(word, word.bits.load(), mine)) return true;
      slice = kSliceNs;
      give_up = until.deadline.passed();
    }
    bits = word.bits.load();
  }
}

}  // namespace

bool look_is_due(skein::internal::Atomic<std::uint32_t>& looked) noexcept {
  const auto now = static_cast<std::uint32_t>(monotonic_ns() / kMillisecondNs) | 1;  // Never 0: not yet.
  std::uint32_t last = looked.load();
  return (last == 0 || now - last >= kLookEveryMs) && looked.compare_exchange_strong(last, now);
}

bool park_slice(const void* word, std::uint32_t expected, Deadline deadline, std::int64_t slice_ns) noexcept {
  const std::int64_t now = monotonic_ns();
  const std::int64_t end = now + slice_ns;
  return skein::internal::park(word, expected, Deadline::at(std::min(end, deadline.ns())),
                               skein::internal::Scope::kShared);
}

bool try_acquire(LockWord& word) {
  const std::uint64_t mine = held_by_me();
  std::uint64_t bits = word.bits.load();
  if (take_if_free(word, bits, mine)) return true;
  const Identity holder = holder_of(bits);
  return holder.pid != 0 && holder != self() && look_is_due(word.looked) && recover(word, bits, mine);
}

bool acquire(LockWord& word, const Until& until) {
  const std::uint64_t mine = held_by_me();
  std::uint64_t bits = 0;
  return take_if_free(word, bits, mine) || acquire_slow(word, until, mine);
}

bool release(LockWord& word) {
  SKEIN_FAULT("lock.releasing");
  const std::uint64_t bits = word.bits.exchange(0);
  SKEIN_FAULT("lock.released");
  if ((bits & kContended) != 0) skein::internal::unpark(value_address(word.bits), 1, skein::internal::Scope::kShared);
  return (bits & kHeld) != 0;
}

bool is_held(const LockWord& word) noexcept { return (word.bits.load() & kHeld) != 0; }

bool is_held_by_me(const LockWord& word) noexcept {
  return (word.bits.load() & ~(kContended | kRecovered)) == held_by_me();
}

bool is_held_here(const LockWord& word) noexcept {
  const std::uint64_t bits = word.bits.load();
  return (bits & kHeld) != 0 && holder_of(bits) == self();
}

bool is_recovered(const LockWord& word) noexcept {
  return (word.bits.load() & (kHeld | kRecovered)) == (kHeld | kRecovered);
}

bool is_abandoned(const LockWord& word) noexcept {
  const std::uint64_t bits = word.bits.load();
  return (bits & kHeld) == 0 || gone(holder_of(bits));
}

void leave_held(LockWord& word) noexcept {
  std::uint64_t bits = word.bits.load();
  while ((bits & kHeld) != 0 && holder_of(bits) == self()) {
    if (word.bits.compare_exchange_strong(bits, bits & (kHeld | kContended | kRecovered))) return;
  }
}

void leave_held_primitives() noexcept {
  for (const BlockKind kind : {BlockKind::kLock, BlockKind::kRLock}) {
    for_each_block(kind, [](void* data, std::size_t size) {
      if (size >= sizeof(LockWord)) leave_held(*static_cast<LockWord*>(data));
    });
  }
  for_each_block(BlockKind::kSemaphore, [](void* data, std::size_t size) {
    if (size > sizeof(SemaphoreState)) Permits(*static_cast<SemaphoreState*>(data), size).leave();
  });
}

void leave_held_primitives_at_exit() noexcept {
  static const bool arranged = [] {
    return std::atexit(leave_held_primitives) == 0 && std::at_quick_exit(leave_held_primitives) == 0;
  }();
  static_cast<void>(arranged);
}

}  // namespace skein::inline v0::multiprocessing::internal
