#include <skein/core/errors.h>
#include <skein/multiprocessing/lock.h>

#include <new>

#include "lock_word.h"

namespace skein::inline v0::multiprocessing {

using internal::BlockKind;
using internal::LockWord;
using internal::SharedBlock;

Lock::Lock() : block_(SharedBlock(BlockKind::kLock, sizeof(LockWord))) {
  new (block_->data()) LockWord;
  internal::leave_held_primitives_at_exit();
}

void Lock::unpack(const internal::BlockAddress& address) {
  SharedBlock block = SharedBlock::unpack(address, BlockKind::kLock);
  if (block.size() != sizeof(LockWord)) throw RuntimeError("the shared memory of the other process holds no Lock");
  internal::leave_held_primitives_at_exit();
  block_ = decltype(block_)(std::move(block));
}

bool Lock::acquire_with(bool block, Timeout timeout, const std::stop_token* stop) const {
  auto& word = block_->as<LockWord>();
  const internal::Patience patience = internal::patience(block, timeout);
  if (!patience.waits) return internal::try_acquire(word);
  return internal::acquire(word, {.deadline = patience.deadline, .stop = stop});
}

void Lock::lock() const { internal::acquire(block_->as<LockWord>(), {}); }
bool Lock::try_lock() const { return internal::try_acquire(block_->as<LockWord>()); }

void Lock::release() const {
  if (!internal::release(block_->as<LockWord>())) throw ValueError("semaphore or lock released too many times");
}

bool Lock::locked() const noexcept { return internal::is_held(block_->as<LockWord>()); }
bool Lock::recovered() const noexcept { return internal::is_recovered(block_->as<LockWord>()); }

namespace internal {

bool holds_lock(const SharedBlock& block) noexcept { return is_held_here(block.as<LockWord>()); }

void keep_while_held(const SharedBlock& block) noexcept {
  try {
    block.keep_mapped();
  } catch (const std::bad_alloc&) {
    // It is unmapped: if this process ends holding it, even normally, it counts as dead.
  }
}

}  // namespace internal
}  // namespace skein::inline v0::multiprocessing
