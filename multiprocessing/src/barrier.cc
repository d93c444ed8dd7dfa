#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/barrier.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <mutex>
#include <new>
#include <span>

#include "identity.h"
#include "lock_word.h"

namespace skein::inline v0::multiprocessing {

using internal::BlockKind;
using internal::Identity;
using internal::SharedBlock;
using skein::internal::Atomic;
using threading::BrokenBarrierError;

// CPython's, but for kActing: filling until all have come, then draining until the last has gone; a reset with some
// inside drains likewise; broken until reset.
enum class Barrier::Phase : std::uint32_t { kFilling, kActing, kDraining, kResetting, kBroken };

namespace {

// In shared memory; a word for each party follows: the process of the one who came so manieth, 0 if he has gone or not
// come. All of it is changed with the lock held. A kill in the middle leaves the lock to be recovered, and whoever
// recovers it breaks the barrier.
struct BarrierState {
  Atomic<std::uint32_t> phase{0};
  std::uint32_t unused = 0;
  std::int64_t timeout_ns = 0;  // Of the barrier; the largest: none. Never changes.
};
using Place = Atomic<std::uint64_t>;

constexpr std::int64_t kMostParties = 1 << 20;
constexpr std::int64_t kOthers = 240;  // May wait beside the parties, for the round to end.
// Who waits takes the lock this often, by which a holder that is dead is noticed.
constexpr std::int64_t kSliceNs = 50 * internal::kMillisecondNs;

std::span<Place> places_of(const SharedBlock& block) noexcept {
  return {reinterpret_cast<Place*>(&block.as<BarrierState>() + 1),
          (block.size() - sizeof(BarrierState)) / sizeof(Place)};
}

bool is_taken(const Place& place) noexcept { return place.load() != 0; }

// Gives up the places of the dead; whether none is taken then.
bool clear_out(const SharedBlock& block) {
  bool empty = true;
  for (Place& place : places_of(block)) {
    const std::uint64_t who = place.load();
    if (who == 0) continue;
    if (internal::gone({static_cast<std::uint32_t>(who >> 32), static_cast<std::uint32_t>(who)})) {
      SKEIN_FAULT("barrier.clearing");
      place.store(0);
    } else {
      empty = false;
    }
  }
  return empty;
}

Deadline next_look(Deadline deadline) noexcept {
  return Deadline::at(std::min(deadline.ns(), skein::internal::monotonic_ns() + kSliceNs));
}

}  // namespace

// A party's place, given up at the end, with the lock held.
class Barrier::Visit {
 public:
  explicit Visit(const Barrier& barrier) : barrier_(barrier) {
    const std::span<Place> places = places_of(barrier.block_);
    const auto free = std::find_if_not(places.begin(), places.end(), is_taken);
    // More than there are parties: somebody has written over the block.
    if (free == places.end()) throw BrokenBarrierError();
    index_ = free - places.begin();
    const Identity me = internal::self();
    free->store((std::uint64_t{me.pid} << 32) | me.started);
    SKEIN_FAULT("barrier.arrived");
  }
  ~Visit() {
    const std::span<Place> places = places_of(barrier_.block_);
    places[static_cast<std::size_t>(index_)].store(0);
    SKEIN_FAULT("barrier.left");
    const auto phase = static_cast<Phase>(barrier_.block_.as<BarrierState>().phase.load());
    if ((phase == Phase::kDraining || phase == Phase::kResetting) &&
        std::none_of(places.begin(), places.end(), is_taken)) {
      barrier_.change_to(Phase::kFilling);
    }
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  [[nodiscard]] std::int64_t index() const noexcept { return index_; }

 private:
  const Barrier& barrier_;
  std::int64_t index_ = 0;
};

Barrier::Barrier(std::int64_t parties, Callable action, Timeout timeout)
    : changed_(internal::Unpickled{}), parties_(parties) {
  if (parties < 1) throw ValueError("parties must be > 0");
  if (parties > kMostParties) throw OverflowError("a barrier cannot have that many parties");
  if (action) action_ = std::make_shared<Callable>(std::move(action));
  changed_ = Condition({.max_waiters = std::min(parties + kOthers, kMostParties)});
  const auto count = static_cast<std::size_t>(parties);
  block_ = SharedBlock(BlockKind::kBarrier, sizeof(BarrierState) + count * sizeof(Place));
  auto* const state = new (block_.data()) BarrierState;
  state->timeout_ns = timeout.span().count();
  for (Place& place : places_of(block_)) new (&place) Place(0);
}

void Barrier::unpack(const internal::BlockAddress& address) {
  SharedBlock block = SharedBlock::unpack(address, BlockKind::kBarrier);
  if (block.size() < sizeof(BarrierState) + sizeof(Place)) {
    throw RuntimeError("the shared memory of the other process holds no Barrier");
  }
  block_ = std::move(block);
  parties_ = static_cast<std::int64_t>(places_of(block_).size());
}

std::int64_t Barrier::wait_until(Timeout timeout, const std::stop_token* stop) const {
  auto& state = block_.as<BarrierState>();
  const auto phase = [&] { return static_cast<Phase>(state.phase.load()); };
  if (timeout.unlimited()) timeout = Timeout(std::chrono::nanoseconds(state.timeout_ns));
  const std::scoped_lock guard(changed_);
  SKEIN_FAULT("barrier.entered");
  come_in();
  const Visit visit(*this);

  if (visit.index() + 1 == parties_) {
    run_action();
    change_to(Phase::kDraining);
    return visit.index();
  }

  const skein::internal::Until until{.deadline = Deadline(timeout), .stop = stop};
  while (phase() == Phase::kFilling) {
    if (until.deadline.passed() || until.stopped()) {
      change_to(Phase::kBroken);
      break;
    }
    changed_.wait_until({.deadline = next_look(until.deadline), .stop = stop});
    break_if_recovered();
  }
  if (phase() != Phase::kDraining) throw BrokenBarrierError();
  return visit.index();
}

// Waits until the round before is over.
void Barrier::come_in() const {
  auto& state = block_.as<BarrierState>();
  break_if_recovered();
  for (;;) {
    const auto phase = static_cast<Phase>(state.phase.load());
    if (phase == Phase::kBroken) throw BrokenBarrierError();
    if (phase != Phase::kDraining && phase != Phase::kResetting) return;
    if (clear_out(block_)) {
      change_to(Phase::kFilling);
      return;
    }
    changed_.wait_until({.deadline = next_look(Deadline())});
    break_if_recovered();
  }
}

// The lock was held by one who died in here: what he left is not to be relied on.
void Barrier::break_if_recovered() const {
  if (changed_.recovered()) change_to(Phase::kBroken);
}

void Barrier::change_to(Phase phase) const {
  auto& word = block_.as<BarrierState>().phase;
  const auto next = static_cast<std::uint32_t>(phase);
  SKEIN_FAULT("barrier.changing");
  if (word.exchange(next) == next) return;
  SKEIN_FAULT("barrier.changed");
  changed_.notify_all();
}

void Barrier::run_action() const {
  if (action_ == nullptr) return;
  auto& word = block_.as<BarrierState>().phase;
  word.store(static_cast<std::uint32_t>(Phase::kActing));
  SKEIN_FAULT("barrier.acting");
  try {
    (*action_)();
  } catch (...) {  // Also a forced unwind: the others must not wait for a thread that is gone.
    change_to(Phase::kBroken);
    throw;
  }
  SKEIN_FAULT("barrier.acted");
}

void Barrier::reset() const {
  const std::scoped_lock guard(changed_);
  SKEIN_FAULT("barrier.resetting");
  if (clear_out(block_)) {
    change_to(Phase::kFilling);
    return;
  }
  const auto phase = static_cast<Phase>(block_.as<BarrierState>().phase.load());
  // Until the last of them has gone.
  if (phase != Phase::kDraining && phase != Phase::kResetting) change_to(Phase::kResetting);
}

void Barrier::abort() const {
  const std::scoped_lock guard(changed_);
  SKEIN_FAULT("barrier.aborting");
  change_to(Phase::kBroken);
}

std::int64_t Barrier::n_waiting() const noexcept {
  const auto phase = static_cast<Phase>(block_.as<BarrierState>().phase.load());
  if (phase != Phase::kFilling && phase != Phase::kActing) return 0;
  const std::span<Place> places = places_of(block_);
  return std::count_if(places.begin(), places.end(), is_taken);
}

bool Barrier::broken() const noexcept {
  return static_cast<Phase>(block_.as<BarrierState>().phase.load()) == Phase::kBroken;
}

void Barrier::throw_action_stays() {
  throw TypeError("a Barrier with an action goes to another process by fork alone");
}

}  // namespace skein::inline v0::multiprocessing
