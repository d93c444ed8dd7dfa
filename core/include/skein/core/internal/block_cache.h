// skein/core/internal/block_cache.h - small blocks of memory that are used again: for objects that live shortly, in
// great numbers, and often end in another thread than they began in.
#ifndef SKEIN_CORE_INTERNAL_BLOCK_CACHE_H_
#define SKEIN_CORE_INTERNAL_BLOCK_CACHE_H_

#include <skein/core/export.h>

#include <cstddef>
#include <new>

namespace skein::inline v0::internal {

// A block of at least `size` bytes, aligned as by operator new; and back, with the same size, in any thread.
//
// Each thread keeps some freed blocks of each size to itself; what is too much for it goes, by batches, to a depot
// that the threads share, and from there to those that lack. So a stream of objects from one thread to another costs
// one short step at the depot for each batch, and no call of the heap. A thread that ends gives all back.
//
// Errors:  std::bad_alloc from take_block().
// Blocking: never: where another thread is at the depot, the heap serves. So a fork at any moment leaves the child
//          with a cache that works (at worst without the depot).
// Limits:  blocks of more than kLargestBlock bytes are the heap's. A thread keeps at most two batches of each size,
//          the depot at most 256 KiB of each.
// Built with AddressSanitizer or ThreadSanitizer, everything is the heap's, so that they see each object's life.
[[nodiscard]] SKEIN_API void* take_block(std::size_t size);
SKEIN_API void give_block(void* block, std::size_t size) noexcept;

inline constexpr std::size_t kLargestBlock = 1024;

// A base class whose derived objects live in such blocks.
class InBlock {
 public:
  static void* operator new(std::size_t size) { return take_block(size); }
  static void operator delete(void* block, std::size_t size) noexcept { give_block(block, size); }
  // What wants more alignment than operator new gives is the heap's.
  static void* operator new(std::size_t size, std::align_val_t alignment) { return ::operator new(size, alignment); }
  static void operator delete(void* block, std::size_t size, std::align_val_t alignment) noexcept {
    ::operator delete(block, size, alignment);
  }
  // Placement, which the above would hide.
  static void* operator new(std::size_t /*size*/, void* place) noexcept { return place; }
  static void operator delete(void* /*block*/, void* /*place*/) noexcept {}
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_INTERNAL_BLOCK_CACHE_H_
