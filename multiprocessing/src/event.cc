#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/multiprocessing/event.h>

#include <cstdint>
#include <limits>
#include <new>

#include "lock_word.h"

namespace skein::inline v0::multiprocessing {

using internal::BlockKind;
using internal::SharedBlock;
using skein::internal::kSleeper;
using skein::internal::sleepers_of;
using skein::internal::value_address;
using skein::internal::value_of;

namespace {

// In shared memory.
struct EventState {
  // Low half, the word that sleepers watch: bit 0 raised, bits 1-31 the number of rises, by which a sleeper notices a
  // set() that clear() followed (2^31 rises within one sleep would go unnoticed).
  // High half: the sleepers since the last rise. A rise counts them all out, killed ones included; who leaves before
  // that counts itself out.
  skein::internal::Atomic<std::uint64_t> bits{0};
  skein::internal::SpinHistory history;
};

constexpr std::uint64_t kRaised = 1;
constexpr std::uint32_t kRise = 2;
constexpr std::int64_t kSliceNs = 200 * internal::kMillisecondNs;  // For a wake-up that was lost by a kill.

}  // namespace

Event::Event() : block_(BlockKind::kEvent, sizeof(EventState)) { new (block_.data()) EventState; }

void Event::unpack(const internal::BlockAddress& address) {
  SharedBlock block = SharedBlock::unpack(address, BlockKind::kEvent);
  if (block.size() != sizeof(EventState)) throw RuntimeError("the shared memory of the other process holds no Event");
  block_ = std::move(block);
}

bool Event::is_set() const noexcept { return (block_.as<EventState>().bits.load() & kRaised) != 0; }

void Event::set() const {
  auto& word = block_.as<EventState>().bits;
  std::uint64_t bits = word.load();
  do {
    if ((bits & kRaised) != 0) return;
    SKEIN_FAULT("event.raising");
  } while (!word.compare_exchange_strong(bits, (value_of(bits) + kRise) | static_cast<std::uint32_t>(kRaised)));
  SKEIN_FAULT("event.raised");
  if (sleepers_of(bits) != 0) {
    skein::internal::unpark(value_address(word), std::numeric_limits<int>::max(), skein::internal::Scope::kShared);
  }
}

void Event::clear() const {
  block_.as<EventState>().bits.fetch_and(~kRaised);
  SKEIN_FAULT("event.cleared");
}

bool Event::wait_slow(Timeout timeout, const std::stop_token* stop) const {
  auto& state = block_.as<EventState>();
  auto& word = state.bits;
  const skein::internal::Until until{.deadline = Deadline(timeout), .stop = stop};
  std::uint64_t bits = word.load();
  const std::uint32_t lowered = value_of(bits);
  if ((lowered & kRaised) != 0) return true;
  if (until.deadline.ns() == 0) return false;

  // From here on any other value means that the flag has been raised since.
  skein::internal::Spin spin(state.history, until.deadline);
  do {
    const bool stopped = until.stopped();  // Before the look, so that a set() before the request counts.
    bits = word.load();
    if (value_of(bits) != lowered) {
      spin.paid_off();
      return true;
    }
    if (stopped) return false;
  } while (spin.step());

  do {
    if (value_of(bits) != lowered) return true;
  } while (!word.compare_exchange_strong(bits, bits + kSleeper));
  SKEIN_FAULT("event.counted");
  const bool stoppable = until.stop != nullptr && until.stop->stop_possible();
  while (value_of(word.load()) == lowered && !until.deadline.passed() && !until.stopped()) {
    internal::park_slice(value_address(word), lowered, until.deadline, stoppable ? internal::kStopSliceNs : kSliceNs);
    SKEIN_FAULT("event.woken");
  }
  bits = word.load();
  do {
    if (value_of(bits) != lowered) return true;
  } while (!word.compare_exchange_strong(bits, bits - kSleeper));
  return false;
}

}  // namespace skein::inline v0::multiprocessing
