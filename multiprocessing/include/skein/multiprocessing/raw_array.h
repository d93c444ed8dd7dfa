// skein/multiprocessing/raw_array.h - values in a row in shared memory, without a lock. Python:
// multiprocessing.RawArray.
#ifndef SKEIN_MULTIPROCESSING_RAW_ARRAY_H_
#define SKEIN_MULTIPROCESSING_RAW_ARRAY_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/value_block.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skein::inline v0::multiprocessing {

namespace internal {

// What an array can be filled from. Text is another matter: see the constructor for it.
template <class R, class T>
concept ElementsOf = std::ranges::forward_range<R> && std::convertible_to<std::ranges::range_reference_t<R>, T> &&
                     !(std::same_as<T, char> && std::convertible_to<const R&, std::string_view>);

}  // namespace internal

// RawArray('i', 5) is RawArray<int>(5), RawArray('d', [1, 2]) is RawArray<double>({1, 2}): see RawValue for the types.
// A handle: copies, in other processes too, are of one array. Its length is fixed.
//
// Threads:  as for any memory: guard it with a Lock, or use Array.
// Lifetime: of the last handle, in whichever process; the memory is anonymous and leaves nothing behind.
// Ordering: none by itself.
// Cost:     that of the memory.
// Death:    who is killed leaves what it had written.
template <class T>
class RawArray {
  static_assert(internal::can_be_shared<T>());

 public:
  using value_type = T;

  // No array, of length 0: for archives.
  RawArray() noexcept = default;
  explicit RawArray(internal::Unpickled) noexcept {}
  // `size` elements, as T() makes them: zeros.
  // Errors: ValueError if it is negative; OverflowError if no memory can be that large; std::bad_alloc, OSError if
  // there is none, or no descriptor for it.
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  explicit RawArray(I size) : block_(static_cast<std::int64_t>(size), internal::ValueType::of<T>()) {
    std::uninitialized_value_construct_n(data(), this->size());
  }
  // Copies of those elements.
  // Errors: as above.
  RawArray(std::initializer_list<T> elements) : RawArray(std::span<const T>(elements.begin(), elements.size())) {}
  template <internal::ElementsOf<T> R>
  explicit RawArray(const R& elements)
      : block_(static_cast<std::int64_t>(std::ranges::distance(elements)), internal::ValueType::of<T>()) {
    T* to = data();
    for (auto&& element : elements) *to++ = static_cast<T>(element);
  }
  // The characters of a text; no zero behind them.
  explicit RawArray(std::string_view text)
    requires std::same_as<T, char>
      : RawArray(std::span<const char>(text.data(), text.size())) {}

  // Python: len().
  [[nodiscard]] std::size_t size() const noexcept { return block_.count(); }
  [[nodiscard]] T* data() const noexcept { return static_cast<T*>(block_.data()); }
  [[nodiscard]] T* begin() const noexcept { return data(); }
  [[nodiscard]] T* end() const noexcept { return data() + size(); }
  [[nodiscard]] std::span<T> span() const noexcept { return {data(), size()}; }

  // An element in its place. Negative positions count from the end.
  // Errors: IndexError ("invalid index").
  [[nodiscard]] T& operator[](std::int64_t index) const { return data()[internal::checked_index(index, size())]; }

  // Python: array[start:stop:step], as a copy. Bounds outside of the array are taken for its own.
  // Errors: ValueError if `step` is 0.
  [[nodiscard]] std::vector<T> slice(internal::SliceIndex start = None, internal::SliceIndex stop = None,
                                     internal::SliceIndex step = None) const {
    const auto [at, by, count] = internal::slice_positions(start, stop, step, size());
    std::vector<T> result;
    result.reserve(count);
    for (std::size_t i = 0; i < count; ++i) result.push_back(data()[at + static_cast<std::int64_t>(i) * by]);
    return result;
  }
  // Python: array[start:stop] = elements, and with a step.
  // Errors: ValueError if there are more or fewer elements than positions; nothing changes then.
  void set_slice(internal::SliceIndex start, internal::SliceIndex stop, const std::vector<T>& elements) const {
    set_slice(start, stop, None, elements);
  }
  void set_slice(internal::SliceIndex start, internal::SliceIndex stop, internal::SliceIndex step,
                 const std::vector<T>& elements) const {
    const auto [at, by, count] = internal::slice_positions(start, stop, step, size());
    if (count != elements.size()) internal::throw_slice_size();
    for (std::size_t i = 0; i < count; ++i) data()[at + static_cast<std::int64_t>(i) * by] = elements[i];
  }

  // Of characters. Python: the properties value (up to the first zero) and raw (all of them).
  // Errors: ValueError ("byte string too long").
  [[nodiscard]] std::string value() const
    requires std::same_as<T, char>
  {
    return {data(), std::find(data(), data() + size(), '\0')};
  }
  void set_value(std::string_view text) const
    requires std::same_as<T, char>
  {
    set_raw(text);
    if (text.size() < size()) data()[text.size()] = '\0';
  }
  [[nodiscard]] std::string raw() const
    requires std::same_as<T, char>
  {
    return {data(), size()};
  }
  void set_raw(std::string_view text) const
    requires std::same_as<T, char>
  {
    if (text.size() > size()) internal::throw_text_size();
    std::copy(text.begin(), text.end(), data());
  }

  // Whether both are of one array.
  friend bool operator==(const RawArray& a, const RawArray& b) noexcept { return a.block_ == b.block_; }

  // For pickle, while a process is being started.
  // Errors: RuntimeError else; load() also if what comes is of another type, as in another build of the program.
  template <class Archive>
  void save(Archive& archive) const {
    const internal::BlockAddress address = block_.pack();
    archive(address);
  }
  template <class Archive>
  void load(Archive& archive) {
    internal::BlockAddress address;
    archive(address);
    block_ = internal::ValueBlock::unpack(address, internal::ValueType::of<T>());
  }

 private:
  internal::ValueBlock block_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_RAW_ARRAY_H_
