// skein/multiprocessing/internal/shared_block.h - memory that processes share by inheritance: anonymous, sealed, and
// gone with the last process that maps it.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_SHARED_BLOCK_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_SHARED_BLOCK_H_

#include <skein/core/export.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace skein::inline v0::multiprocessing::internal {

class Segment;

// What a block is for: who maps it again checks that the other side meant the same.
enum class BlockKind : std::uint32_t {
  kLock = 1,
  kRLock,
  kSemaphore,
  kCondition,
  kEvent,
  kBarrier,
  kRing,
  kQueue,
  kValue,
  kEngine,
};

// Where a block is, for another process: travels as it is.
struct BlockAddress {
  std::array<std::uint64_t, 2> segment{};  // The segment's random name.
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  BlockKind kind{};
  std::uint32_t descriptor = 0;  // Its place in the parcel.
};

// A handle; copies share the block. Small blocks lie many to a segment (a memfd and its mapping), each with its kind
// and size before it. A segment is unmapped here when the last handle of its blocks here is gone, and its memory is
// freed when that is so in every process, killed ones included; no block's place is used twice, since another process
// may still use it. So nobody's death leaves anything, and no allocator's lock lies in shared memory.
//
// Threads: as std::shared_ptr. Fork: the child has the same blocks at the same addresses; what it makes lies elsewhere.
class SharedBlock {
 public:
  SharedBlock() noexcept = default;
  // Zeroed, aligned to `alignment` (a power of two, up to 4096). The pages are there: no SIGBUS later.
  // Errors: OSError (ENOMEM, ENOSPC, EMFILE); OverflowError if no segment can be that large.
  SKEIN_API SharedBlock(BlockKind kind, std::size_t size, std::size_t alignment = 16);

  [[nodiscard]] explicit operator bool() const noexcept { return segment_ != nullptr; }
  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // The memory as the `T` that was put there.
  template <class T>
  [[nodiscard]] T& as() const noexcept {
    return *std::launder(static_cast<T*>(data_));
  }
  // Whether both are of one block.
  friend bool operator==(const SharedBlock& a, const SharedBlock& b) noexcept { return a.data_ == b.data_; }

  // Puts its segment into the parcel that this thread packs.
  // Errors: RuntimeError if it packs none, or if the handle is empty; OSError.
  [[nodiscard]] SKEIN_API BlockAddress pack() const;
  // Maps the block of another process, or finds the segment mapped.
  // Errors: RuntimeError if what is there is no block of this kind and size, or was made by another layout of skein;
  // OSError.
  [[nodiscard]] SKEIN_API static SharedBlock unpack(const BlockAddress& address, BlockKind kind);

  // Its segment stays mapped until the process ends. Again: does nothing.
  // Errors: std::bad_alloc.
  SKEIN_API void keep_mapped() const;

 private:
  SharedBlock(std::shared_ptr<Segment> segment, void* data, std::size_t size) noexcept
      : segment_(std::move(segment)), data_(data), size_(size) {}

  std::shared_ptr<Segment> segment_;
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

// Calls `visit(data, size)` for every block of `kind` in the segments that are mapped here.
SKEIN_API void for_each_block(BlockKind kind, void (*visit)(void* data, std::size_t size)) noexcept;

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_SHARED_BLOCK_H_
