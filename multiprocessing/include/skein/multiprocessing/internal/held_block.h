// skein/multiprocessing/internal/held_block.h - a shared block in which processes hold something.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_HELD_BLOCK_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_HELD_BLOCK_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <utility>

namespace skein::inline v0::multiprocessing::internal {

// Chooses the constructor that makes nothing: an empty handle, for load() to fill.
struct Unpickled {};

// Whether this process holds the lock, or one of the permits, that the block is of.
SKEIN_API bool holds_lock(const SharedBlock& block) noexcept;
SKEIN_API bool holds_permit(const SharedBlock& block) noexcept;
// The block stays mapped here.
SKEIN_API void keep_while_held(const SharedBlock& block) noexcept;

// A handle; copies share the block, and so do moves, so that none is ever left empty. What this process holds when a
// handle goes stays mapped until the process ends: at its normal end it says so in the block (leave_held_primitives).
template <bool (*Holds)(const SharedBlock&) noexcept>
class HeldBlock {
 public:
  HeldBlock() noexcept = default;
  explicit HeldBlock(SharedBlock block) noexcept : block_(std::move(block)) {}
  HeldBlock(const HeldBlock&) noexcept = default;
  HeldBlock& operator=(const HeldBlock& other) noexcept {
    HeldBlock copy(other);
    std::swap(block_, copy.block_);
    return *this;
  }
  ~HeldBlock() {
    if (block_ && Holds(block_)) [[unlikely]]
      keep_while_held(block_);
  }

  [[nodiscard]] const SharedBlock& operator*() const noexcept { return block_; }
  [[nodiscard]] const SharedBlock* operator->() const noexcept { return &block_; }
  friend bool operator==(const HeldBlock& a, const HeldBlock& b) noexcept { return a.block_ == b.block_; }

 private:
  SharedBlock block_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_HELD_BLOCK_H_
