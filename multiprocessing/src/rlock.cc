#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/rlock.h>

#include <limits>
#include <new>

#include "lock_word.h"
#include "rlock_state.h"

namespace skein::inline v0::multiprocessing {

using internal::BlockKind;
using internal::RLockState;
using internal::SharedBlock;

namespace {

constexpr std::uint64_t kDeepest = std::numeric_limits<std::uint64_t>::max();

bool mine(const RLockState& state) noexcept { return state.owner.load() == internal::owned_by_me(); }

// The word has just been taken.
void own(RLockState& state, std::uint64_t depth) {
  SKEIN_FAULT("rlock.owning");
  state.depth.store(depth);
  state.owner.store(internal::owned_by_me());
  SKEIN_FAULT("rlock.owned");
}

void disown(RLockState& state) {
  state.owner.store(0);
  SKEIN_FAULT("rlock.disowned");
  internal::release(state.word);
}

// One level more of what this thread holds.
void enter(RLockState& state) {
  const std::uint64_t depth = state.depth.load();
  if (depth == kDeepest) throw OverflowError("Internal lock count overflowed");
  state.depth.store(depth + 1);
}

}  // namespace

RLock::RLock() : block_(SharedBlock(BlockKind::kRLock, sizeof(RLockState))) {
  new (block_->data()) RLockState;
  internal::leave_held_primitives_at_exit();
}

void RLock::unpack(const internal::BlockAddress& address) {
  SharedBlock block = SharedBlock::unpack(address, BlockKind::kRLock);
  if (block.size() != sizeof(RLockState)) throw RuntimeError("the shared memory of the other process holds no RLock");
  internal::leave_held_primitives_at_exit();
  block_ = decltype(block_)(std::move(block));
}

bool RLock::acquire_with(bool block, Timeout timeout, const std::stop_token* stop) const {
  auto& state = block_->as<RLockState>();
  if (mine(state)) {
    enter(state);
    return true;
  }
  const internal::Patience patience = internal::patience(block, timeout);
  const bool got = patience.waits ? internal::acquire(state.word, {.deadline = patience.deadline, .stop = stop})
                                  : internal::try_acquire(state.word);
  if (got) own(state, 1);
  return got;
}

void RLock::lock() const { acquire_with(true, None, nullptr); }
bool RLock::try_lock() const { return acquire_with(false, None, nullptr); }

void RLock::release() const {
  auto& state = block_->as<RLockState>();
  if (!mine(state)) throw AssertionError("attempt to release recursive lock not owned by thread");
  const std::uint64_t depth = state.depth.load();
  if (depth > 1) {
    state.depth.store(depth - 1);
  } else {
    disown(state);
  }
}

std::uint64_t RLock::release_all() const {
  auto& state = block_->as<RLockState>();
  if (!mine(state)) return 0;
  const std::uint64_t depth = state.depth.load();
  disown(state);
  return depth;
}

void RLock::acquire_all(std::uint64_t depth) const {
  auto& state = block_->as<RLockState>();
  internal::acquire(state.word, {});
  own(state, depth);
}

bool RLock::locked() const noexcept { return internal::is_held(block_->as<RLockState>().word); }
bool RLock::recovered() const noexcept { return internal::is_recovered(block_->as<RLockState>().word); }

}  // namespace skein::inline v0::multiprocessing
