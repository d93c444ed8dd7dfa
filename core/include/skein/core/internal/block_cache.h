// skein/core/internal/block_cache.h - small blocks of memory that are used again: for objects that live shortly, in
// great numbers, and often end in another thread than they began in.
#ifndef SKEIN_CORE_INTERNAL_BLOCK_CACHE_H_
#define SKEIN_CORE_INTERNAL_BLOCK_CACHE_H_

#include <skein/core/export.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

namespace skein::inline v0::internal {

inline constexpr std::size_t kLargestBlock = 1024;

// ---- a thread's own blocks ----

namespace blocks {

// Sizes are rounded up to 8 more than a multiple of 16, which is what the heap gives without waste: glibc's malloc
// keeps 8 bytes of each 16 for itself.
inline constexpr std::size_t kStep = 16;
inline constexpr std::size_t kSmallest = 24;
constexpr std::size_t class_of(std::size_t size) noexcept {
  return size <= kSmallest ? 0 : (size - kSmallest + kStep - 1) / kStep;
}
constexpr std::size_t bytes_of(std::size_t size_class) noexcept { return kSmallest + size_class * kStep; }
inline constexpr std::size_t kClasses = class_of(kLargestBlock) + 1;
inline constexpr std::uint32_t kBatch = 32;

// What a free block holds.
struct Block {
  Block* next;        // In its batch, or in a thread's list.
  Block* next_batch;  // In the depot, of the first of a batch.
};
static_assert(sizeof(Block) <= kSmallest);

// `spare` is a full batch or empty, so that a thread that gives and takes around a limit does not go to the depot each
// time. `room`: how many more the thread may keep; none before it has been here, and after its end.
struct Shelf {
  Block* first = nullptr;
  Block* spare = nullptr;
  std::uint32_t room = 0;
};
// Initial-exec: see t_thread_token. Trivially destructible, because destructors of other thread-locals come here.
[[gnu::tls_model("initial-exec")]] extern SKEIN_API constinit thread_local std::array<Shelf, kClasses> t_shelves;

SKEIN_API void* take_from_elsewhere(std::size_t size);
SKEIN_API void give_elsewhere(Block* block, std::size_t size) noexcept;

}  // namespace blocks

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
// In a library built with AddressSanitizer or ThreadSanitizer everything is the heap's, so that they see each object's
// life. What is inline is the same in every build, so that a program may be built otherwise than the library.
//
// Inline, because where the size is a constant, as a coroutine's is, this comes down to a handful of instructions.
[[nodiscard]] inline void* take_block(std::size_t size) {
  if (size <= kLargestBlock) [[likely]] {
    blocks::Shelf& shelf = blocks::t_shelves[blocks::class_of(size)];
    blocks::Block* const block = shelf.first;
    if (block == nullptr) [[unlikely]]
      return blocks::take_from_elsewhere(size);
    shelf.first = block->next;
    ++shelf.room;
    return block;
  }
  return ::operator new(size);
}
inline void give_block(void* memory, std::size_t size) noexcept {
  if (size <= kLargestBlock) [[likely]] {
    auto* const block = static_cast<blocks::Block*>(memory);
    blocks::Shelf& shelf = blocks::t_shelves[blocks::class_of(size)];
    if (shelf.room == 0) [[unlikely]] {
      blocks::give_elsewhere(block, size);
      return;
    }
    block->next = shelf.first;
    shelf.first = block;
    --shelf.room;
    return;
  }
  ::operator delete(memory, size);
}

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
