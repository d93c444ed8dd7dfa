// skein/multiprocessing/internal/value_block.h - a block of shared memory with values of one type.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_VALUE_BLOCK_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_VALUE_BLOCK_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <typeinfo>

namespace skein::inline v0::multiprocessing::internal {

// Which type the values have: both sides must mean the same, which two builds of a program may not.
struct ValueType {
  std::uint64_t name = 0;  // A hash.
  std::uint64_t size = 0;
  std::uint64_t alignment = 0;

  template <class T>
  static ValueType of() noexcept {
    return {hash(typeid(T).name()), sizeof(T), alignof(T)};
  }
  SKEIN_API static std::uint64_t hash(std::string_view text) noexcept;
  friend bool operator==(const ValueType&, const ValueType&) = default;
};

// A handle; copies share the block, and so do moves, so that none is ever left empty. Empty by default.
class ValueBlock {
 public:
  ValueBlock() noexcept = default;
  ValueBlock(const ValueBlock&) noexcept = default;
  ValueBlock& operator=(const ValueBlock&) noexcept = default;
  ~ValueBlock() = default;
  // `count` values, all bytes zero.
  // Errors: ValueError if `count` is negative; OverflowError if no memory can be that large; std::bad_alloc if this
  // machine, or this process's control group, has not so much; OSError.
  SKEIN_API ValueBlock(std::int64_t count, const ValueType& type);

  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  friend bool operator==(const ValueBlock& a, const ValueBlock& b) noexcept { return a.block_ == b.block_; }

  // Errors: as SharedBlock::pack.
  [[nodiscard]] BlockAddress pack() const { return block_.pack(); }
  // Errors: as SharedBlock::unpack; RuntimeError if the values are of another type.
  SKEIN_API static ValueBlock unpack(const BlockAddress& address, const ValueType& type);

 private:
  SharedBlock block_;
  void* data_ = nullptr;
  std::size_t count_ = 0;
};

// Python's rule for an index: negative ones count from the end.
// Errors: IndexError.
[[nodiscard]] SKEIN_API std::size_t checked_index(std::int64_t index, std::size_t size);

// A bound of a slice: a number, or None for where the sequence begins or ends.
class SliceIndex {
 public:
  constexpr SliceIndex(NoneType /*none*/) noexcept {}  // NOLINT(google-explicit-constructor)
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  constexpr SliceIndex(I index) noexcept  // NOLINT(google-explicit-constructor)
      : given_(true), index_(static_cast<std::int64_t>(index)) {}
  [[nodiscard]] constexpr std::int64_t value_or(std::int64_t other) const noexcept { return given_ ? index_ : other; }
  [[nodiscard]] constexpr bool given() const noexcept { return given_; }

 private:
  bool given_ = false;
  std::int64_t index_ = 0;
};

// The positions of a slice: start, start + step, ... `count` of them.
struct SlicePositions {
  std::int64_t start;
  std::int64_t step;
  std::size_t count;
};
// Python: slice(start, stop, step).indices(size). Bounds outside are those of the sequence.
// Errors: ValueError if the step is 0.
[[nodiscard]] SKEIN_API SlicePositions slice_positions(SliceIndex start, SliceIndex stop, SliceIndex step,
                                                       std::size_t size);
[[noreturn]] SKEIN_API void throw_slice_size();
[[noreturn]] SKEIN_API void throw_text_size();
[[noreturn]] SKEIN_API void throw_no_lock();

template <class T>
consteval bool can_be_shared() {
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>,
                "skein: a shared value has a plain type: no reference, not const");
  static_assert(std::is_trivially_copyable_v<T>,
                "skein: only trivially copyable types can lie in shared memory, since another process sees their bytes "
                "and nothing of what they point to; send others through a Queue or a Pipe");
  static_assert(!std::is_pointer_v<T>, "skein: a pointer means nothing to another process");
  return true;
}

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_VALUE_BLOCK_H_
