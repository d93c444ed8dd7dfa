#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/errors.h>

#include <algorithm>
#include <new>
#include <span>
#include <string>

#include "identity.h"
#include "lock_word.h"
#include "rlock_state.h"

namespace skein::inline v0::multiprocessing {

using internal::BlockKind;
using internal::Identity;
using internal::LockWord;
using internal::RLockState;
using internal::SharedBlock;
using skein::internal::Atomic;
using skein::internal::Until;
using skein::internal::value_address;
using skein::internal::value_of;

namespace {

// A place in the line. The states of `turn`, which holds a ticket above them; tickets are in the order of coming:
//   free      nobody's
//   waiting   set by who waits, under the lock
//   notified  set by a notifier, under the lock
// Who waits frees it: by an exchange from waiting (its time ran out, and it was not notified) or from notified. A place
// of a dead process is freed by who needs one, or would notify it, under the lock.
struct Waiter {
  Atomic<std::uint64_t> who{0};   // Its process; written while the place is free.
  Atomic<std::uint64_t> turn{0};  // Low half: the word that it sleeps on.
};
constexpr std::uint64_t kFree = 0;
constexpr std::uint64_t kWaiting = 1;
constexpr std::uint64_t kNotified = 2;
constexpr std::uint64_t kStates = 3;
constexpr int kTicketShift = 2;

constexpr std::uint64_t state_of(std::uint64_t turn) noexcept { return turn & kStates; }
constexpr std::uint64_t notified(std::uint64_t turn) noexcept { return (turn & ~kStates) | kNotified; }

// In shared memory; the places follow. A kill between any two of its writes leaves it whole.
struct Line {
  Atomic<std::uint64_t> next_ticket{1};
  Atomic<std::uint32_t> used{0};  // Places from here on were never used.
  std::uint32_t unused = 0;
  skein::internal::SpinHistory history;
};

constexpr std::int64_t kMostWaiters = 1 << 20;
constexpr std::int64_t kSliceNs = 200 * internal::kMillisecondNs;  // For a wake-up that was lost by a kill.

Line& line_of(const SharedBlock& block) noexcept { return block.as<Line>(); }
std::span<Waiter> all_of(const SharedBlock& block) noexcept {
  return {reinterpret_cast<Waiter*>(&line_of(block) + 1), (block.size() - sizeof(Line)) / sizeof(Waiter)};
}
// Those that may be in use; copied once, for others can write there.
std::span<Waiter> used_of(const SharedBlock& block) noexcept {
  const std::span<Waiter> all = all_of(block);
  return all.first(std::min<std::size_t>(line_of(block).used.load(), all.size()));
}

std::uint64_t word_of(Identity who) noexcept { return (std::uint64_t{who.pid} << 32) | who.started; }
bool is_dead(const Waiter& waiter) noexcept {
  const std::uint64_t who = waiter.who.load();
  return internal::gone({static_cast<std::uint32_t>(who >> 32), static_cast<std::uint32_t>(who)});
}

Waiter* find_place(const SharedBlock& block) {
  const std::span<Waiter> used = used_of(block);
  for (Waiter& waiter : used) {
    if (state_of(waiter.turn.load()) == kFree) return &waiter;
  }
  const std::span<Waiter> all = all_of(block);
  if (used.size() < all.size()) {
    line_of(block).used.store(static_cast<std::uint32_t>(used.size()) + 1);
    return &all[used.size()];
  }
  for (Waiter& waiter : used) {
    if (is_dead(waiter)) {
      SKEIN_FAULT("condition.reusing");
      return &waiter;
    }
  }
  return nullptr;
}

// Of those who wait, the one who came first.
Waiter* first_of(std::span<Waiter> waiters, std::uint64_t& turn) noexcept {
  Waiter* first = nullptr;
  for (Waiter& waiter : waiters) {
    const std::uint64_t seen = waiter.turn.load();
    if (state_of(seen) == kWaiting && (first == nullptr || seen < turn)) {
      first = &waiter;
      turn = seen;
    }
  }
  return first;
}

void wake(Waiter& waiter) { skein::internal::unpark(value_address(waiter.turn), 1, skein::internal::Scope::kShared); }

// Until it is notified. False if the deadline passed or a stop was requested first. The place is free then.
bool sleep(Line& line, Waiter& waiter, std::uint64_t waiting, const Until& until) {
  skein::internal::Spin spin(line.history, until.deadline);
  bool give_up = until.deadline.ns() == 0;
  while (!give_up && waiter.turn.load() == waiting && !until.stopped() && spin.step()) {
  }
  if (waiter.turn.load() != waiting) spin.paid_off();
  const bool stoppable = until.stop != nullptr && until.stop->stop_possible();
  while (!give_up && waiter.turn.load() == waiting && !until.stopped()) {
    internal::park_slice(value_address(waiter.turn), value_of(waiting), until.deadline,
                         stoppable ? internal::kStopSliceNs : kSliceNs);
    SKEIN_FAULT("condition.woken");
    give_up = until.deadline.passed();
  }
  // A notifier may pick this waiter just before its time runs out: then it counts as notified.
  if (waiter.turn.compare_exchange_strong(waiting, kFree)) return false;
  waiter.turn.store(kFree);
  SKEIN_FAULT("condition.left");
  return true;
}

}  // namespace

Condition::Condition(const Lock& lock, Options options) : lock_(lock) { make(options); }
Condition::Condition(const RLock& lock, Options options) : lock_(lock) { make(options); }

void Condition::make(Options options) {
  if (options.max_waiters < 1 || options.max_waiters > kMostWaiters) {
    throw ValueError("max_waiters must be from 1 to " + std::to_string(kMostWaiters));
  }
  const auto count = static_cast<std::size_t>(options.max_waiters);
  block_ = SharedBlock(BlockKind::kCondition, sizeof(Line) + count * sizeof(Waiter));
  new (block_.data()) Line;
  for (Waiter& waiter : all_of(block_)) new (&waiter) Waiter;
}

void Condition::unpack(const internal::BlockAddress& address) {
  SharedBlock block = SharedBlock::unpack(address, BlockKind::kCondition);
  if (block.size() < sizeof(Line) + sizeof(Waiter)) {
    throw RuntimeError("the shared memory of the other process holds no Condition");
  }
  block_ = std::move(block);
}

bool Condition::owned() const noexcept {
  if (const Lock* const lock = std::get_if<Lock>(&lock_)) return internal::is_held_by_me(lock->block_->as<LockWord>());
  return std::get<RLock>(lock_).block_->as<RLockState>().owner.load() == internal::owned_by_me();
}

bool Condition::wait_until(const Until& until) const {
  if (!owned()) throw AssertionError("must acquire() condition before using wait()");
  Waiter* const waiter = find_place(block_);
  if (waiter == nullptr) throw RuntimeError("too many wait for one Condition; make it with a larger max_waiters");
  Line& line = line_of(block_);
  const std::uint64_t waiting = (line.next_ticket.fetch_add(1) << kTicketShift) | kWaiting;
  waiter->turn.store(kFree);  // It may be a dead one's.
  waiter->who.store(word_of(internal::self()));
  SKEIN_FAULT("condition.entering");
  waiter->turn.store(waiting);
  SKEIN_FAULT("condition.entered");

  std::uint64_t depth = 0;
  if (const Lock* const lock = std::get_if<Lock>(&lock_)) {
    try {
      lock->release();
    } catch (...) {  // Somebody else has released it since.
      waiter->turn.store(kFree);
      throw;
    }
  } else {
    depth = std::get<RLock>(lock_).release_all();
  }
  SKEIN_FAULT("condition.waiting");
  const bool was_notified = sleep(line, *waiter, waiting, until);
  if (const Lock* const lock = std::get_if<Lock>(&lock_)) {
    lock->lock();
  } else {
    std::get<RLock>(lock_).acquire_all(depth);
  }
  return was_notified;
}

void Condition::notify(std::int64_t n) const {
  if (!owned()) throw AssertionError("lock is not owned");
  const std::span<Waiter> used = used_of(block_);
  while (n > 0) {
    std::uint64_t turn = 0;
    Waiter* const waiter = first_of(used, turn);
    if (waiter == nullptr) return;
    if (is_dead(*waiter)) {
      SKEIN_FAULT("condition.passing_over");
      waiter->turn.compare_exchange_strong(turn, kFree);
      continue;
    }
    SKEIN_FAULT("condition.notifying");
    if (!waiter->turn.compare_exchange_strong(turn, notified(turn))) continue;  // Its time has just run out.
    SKEIN_FAULT("condition.notified");
    wake(*waiter);
    --n;
  }
}

void Condition::notify_all() const {
  if (!owned()) throw AssertionError("lock is not owned");
  for (Waiter& waiter : used_of(block_)) {
    std::uint64_t turn = waiter.turn.load();
    if (state_of(turn) != kWaiting) continue;
    SKEIN_FAULT("condition.notifying");
    // One that is dead is only marked: its place is found when one is needed.
    if (!waiter.turn.compare_exchange_strong(turn, notified(turn))) continue;
    SKEIN_FAULT("condition.notified");
    wake(waiter);
  }
}

}  // namespace skein::inline v0::multiprocessing
