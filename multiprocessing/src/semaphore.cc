#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/semaphore.h>

#include <algorithm>
#include <new>

#include "lock_word.h"
#include "permits.h"

namespace skein::inline v0::multiprocessing {

using internal::BlockKind;
using internal::Permit;
using internal::Permits;
using internal::SemaphoreState;
using internal::SharedBlock;
using skein::internal::kSleeper;
using skein::internal::sleepers_of;
using skein::internal::Until;
using skein::internal::value_address;
using skein::internal::value_of;

namespace {

constexpr std::int64_t kFirstSliceNs = 5 * internal::kMillisecondNs;
constexpr std::int64_t kSliceNs = 200 * internal::kMillisecondNs;         // For a wake-up that was lost by a kill.
constexpr std::int64_t kRecoverySliceNs = 50 * internal::kMillisecondNs;  // For permits of the dead.
constexpr std::int64_t kRecoverableAtLeast = 256;

// A semaphore as a process sees it: plain, or with words.
struct View {
  explicit View(const SharedBlock& block) noexcept
      : state(block.as<SemaphoreState>()),
        recovers(block.size() > sizeof(SemaphoreState)),
        permits(state, std::max(block.size(), sizeof(SemaphoreState))) {}

  bool take() {
    if (recovers) return permits.take();
    std::uint64_t bits = state.bits.load();
    while (value_of(bits) != 0) {
      SKEIN_FAULT("semaphore.taking");
      if (state.bits.compare_exchange_strong(bits, bits - 1)) {
        SKEIN_FAULT("semaphore.taken");
        return true;
      }
    }
    return false;
  }

  SemaphoreState& state;
  bool recovers;
  Permits permits;
};

bool wait_for_permit(View& semaphore, const Until& until) {
  skein::internal::Spin spin(semaphore.state.history, until.deadline);
  do {
    const bool stopped = until.stopped();  // Before the look, so that a permit released before the request is taken.
    if (semaphore.take()) {
      spin.paid_off();
      return true;
    }
    if (stopped) return false;
  } while (spin.step());

  auto& bits = semaphore.state.bits;
  const bool stoppable = until.stop != nullptr && until.stop->stop_possible();
  const std::int64_t long_slice = semaphore.recovers ? kRecoverySliceNs : kSliceNs;
  std::int64_t slice = semaphore.recovers ? kFirstSliceNs : kSliceNs;
  bits.fetch_add(kSleeper);
  SKEIN_FAULT("semaphore.counted");
  // On the way out the sleeper counts itself out; with what it got from a kill in between the count stays too high.
  struct Sleeper {
    ~Sleeper() { bits.fetch_sub(kSleeper); }
    skein::internal::Atomic<std::uint64_t>& bits;
  } const sleeper{bits};
  bool give_up = false;
  for (;;) {
    const std::uint32_t seen = value_of(bits.load());  // Before the look: what comes after it changes the word.
    if (semaphore.take()) return true;  // Also when time is up: what was released for this sleeper is not left lying.
    if (give_up || until.stopped()) return false;
    if (!semaphore.recovers && seen != 0) continue;
    if (!internal::park_slice(value_address(bits), seen, until.deadline, stoppable ? internal::kStopSliceNs : slice)) {
      SKEIN_FAULT("semaphore.looking");
      if (semaphore.recovers && semaphore.permits.recover()) return true;
      slice = long_slice;
      give_up = until.deadline.passed();
    }
  }
}

}  // namespace

Semaphore::Semaphore(Options options, bool bounded) {
  if (options.value < 0) throw OSError(std::make_error_code(std::errc::invalid_argument), "Semaphore");
  if (options.value > kMax) throw OverflowError("a semaphore cannot have that many permits");
  std::size_t words = 0;
  if (options.recover) {
    if (options.value > kMostRecoverable) throw ValueError("a semaphore cannot recover that many permits");
    words = static_cast<std::size_t>(bounded ? options.value : std::max(options.value, kRecoverableAtLeast));
    // So that the size tells, a word that is never used.
    words = std::max<std::size_t>(words, 1);
  }
  SharedBlock block(BlockKind::kSemaphore, sizeof(SemaphoreState) + words * sizeof(Permit));
  auto* const state = new (block.data()) SemaphoreState;
  auto* const permits = reinterpret_cast<Permit*>(state + 1);
  const auto value = static_cast<std::uint32_t>(options.value);
  for (std::size_t i = 0; i < words; ++i) {
    new (permits + i) Permit(i < value ? internal::kFreePermit : internal::kNoPermit);
  }
  if (options.recover) {
    state->used.store(value);
    internal::leave_held_primitives_at_exit();
  } else {
    state->bits.store(value);
  }
  state->limit = bounded ? value : static_cast<std::uint32_t>(options.recover ? words : kMax);
  block_ = decltype(block_)(std::move(block));
}

void Semaphore::unpack(const internal::BlockAddress& address) {
  SharedBlock block = SharedBlock::unpack(address, BlockKind::kSemaphore);
  if (block.size() < sizeof(SemaphoreState)) {
    throw RuntimeError("the shared memory of the other process holds no Semaphore");
  }
  internal::leave_held_primitives_at_exit();
  block_ = decltype(block_)(std::move(block));
}

bool Semaphore::acquire_with(bool block, Timeout timeout, const std::stop_token* stop) const {
  View semaphore(*block_);
  const internal::Patience patience = internal::patience(block, timeout);
  if (semaphore.take()) return true;
  if (patience.waits) return wait_for_permit(semaphore, {.deadline = patience.deadline, .stop = stop});
  return semaphore.recovers && internal::look_is_due(semaphore.state.looked) && semaphore.permits.recover();
}

void Semaphore::release() const {
  View semaphore(*block_);
  auto& word = semaphore.state.bits;
  std::uint64_t bits = word.load();
  if (semaphore.recovers) {
    if (semaphore.state.limit == 0 || !semaphore.permits.give()) {
      throw ValueError("semaphore or lock released too many times");
    }
    SKEIN_FAULT("semaphore.given");
    // One more has come back; without a carry into the sleepers.
    while (!word.compare_exchange_strong(bits, (bits & ~std::uint64_t{0xffff'ffff}) | (value_of(bits) + 1))) {
    }
  } else {
    SKEIN_FAULT("semaphore.releasing");
    do {
      if (value_of(bits) >= semaphore.state.limit) throw ValueError("semaphore or lock released too many times");
    } while (!word.compare_exchange_strong(bits, bits + 1));
  }
  SKEIN_FAULT("semaphore.released");
  if (sleepers_of(bits) != 0) skein::internal::unpark(value_address(word), 1, skein::internal::Scope::kShared);
}

std::int64_t Semaphore::get_value() const noexcept {
  const View semaphore(*block_);
  return semaphore.recovers ? semaphore.permits.count_free() : value_of(semaphore.state.bits.load());
}

namespace internal {

bool holds_permit(const SharedBlock& block) noexcept {
  const View semaphore(block);
  return semaphore.recovers && semaphore.permits.any_mine();
}

}  // namespace internal
}  // namespace skein::inline v0::multiprocessing
