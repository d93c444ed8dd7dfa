#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/internal/value_block.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include "memory_limit.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

// Before the values.
struct ValueHeader {
  ValueType type;
  std::uint64_t count;
};

constexpr std::uint64_t kAlignedAtLeast = 16;
constexpr std::uint64_t kAskFrom = std::uint64_t{1} << 20;  // For less it is not worth the time to look what there is.

constexpr std::uint64_t alignment_of(const ValueType& type) noexcept {
  return std::max(kAlignedAtLeast, type.alignment);
}
// Of the first value, from the block's start.
constexpr std::uint64_t offset_of(const ValueType& type) noexcept {
  const std::uint64_t to = alignment_of(type);
  return (sizeof(ValueHeader) + to - 1) / to * to;
}

std::uint64_t bytes_for(std::int64_t count, const ValueType& type) {
  if (count < 0) throw ValueError("Array length must be >= 0, not " + std::to_string(count));
  const auto many = static_cast<std::uint64_t>(count);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (many > (kMost - offset_of(type)) / type.size) throw OverflowError("array too large");
  const std::uint64_t bytes = offset_of(type) + many * type.size;
  if (bytes >= kAskFrom && bytes > available_memory()) throw std::bad_alloc();
  return bytes;
}

}  // namespace

std::uint64_t ValueType::hash(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  return hash;
}

ValueBlock::ValueBlock(std::int64_t count, const ValueType& type)
    : block_(BlockKind::kValue, bytes_for(count, type), alignment_of(type)),
      data_(static_cast<std::byte*>(block_.data()) + offset_of(type)),
      count_(static_cast<std::size_t>(count)) {
  SKEIN_FAULT("value.made");
  const ValueHeader header{type, count_};
  std::memcpy(block_.data(), &header, sizeof(header));
}

ValueBlock ValueBlock::unpack(const BlockAddress& address, const ValueType& type) {
  ValueBlock found;
  found.block_ = SharedBlock::unpack(address, BlockKind::kValue);
  const std::size_t size = found.block_.size();
  ValueHeader header{};
  // Copied once, since others can write there.
  if (size >= offset_of(type)) std::memcpy(&header, found.block_.data(), sizeof(header));
  if (size < offset_of(type) || !(header.type == type) || header.count > (size - offset_of(type)) / type.size) {
    throw RuntimeError(
        "the shared value that came from the other process has another type, as in another build of the program");
  }
  SKEIN_FAULT("value.mapped");
  found.data_ = static_cast<std::byte*>(found.block_.data()) + offset_of(type);
  found.count_ = header.count;
  return found;
}

std::size_t checked_index(std::int64_t index, std::size_t size) {
  const auto n = static_cast<std::int64_t>(size);
  const std::int64_t place = index < 0 ? index + n : index;
  if (place < 0 || place >= n) throw IndexError("invalid index");
  return static_cast<std::size_t>(place);
}

SlicePositions slice_positions(SliceIndex start, SliceIndex stop, SliceIndex step, std::size_t size) {
  const auto n = static_cast<std::int64_t>(size);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::int64_t by = std::max(step.value_or(1), -kMost);  // As CPython, so that it can be negated.
  if (by == 0) throw ValueError("slice step cannot be zero");
  // Within the sequence, or one past its end in the direction of the step.
  const auto clamped = [&](std::int64_t index) {
    if (index < 0) index = std::max(index, -n - 1) + n;
    return by > 0 ? std::clamp<std::int64_t>(index, 0, n) : std::clamp<std::int64_t>(index, -1, n - 1);
  };
  const std::int64_t from = start.given() ? clamped(start.value_or(0)) : (by > 0 ? 0 : n - 1);
  const std::int64_t to = stop.given() ? clamped(stop.value_or(0)) : (by > 0 ? n : -1);
  std::int64_t count = 0;
  if (by > 0 && from < to) count = (to - from - 1) / by + 1;
  if (by < 0 && to < from) count = (from - to - 1) / -by + 1;
  return {from, by, static_cast<std::size_t>(count)};
}

void throw_slice_size() { throw ValueError("Can only assign sequence of same size"); }
void throw_text_size() { throw ValueError("byte string too long"); }
void throw_no_lock() { throw TypeError("it was made with lock=false, so it has no lock"); }

}  // namespace skein::inline v0::multiprocessing::internal
