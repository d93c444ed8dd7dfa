// skein/multiprocessing/internal/payload.h - bytes written one after another, and read again with every length checked.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_PAYLOAD_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_PAYLOAD_H_

#include <skein/core/export.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

class PayloadWriter {
 public:
  explicit PayloadWriter(std::vector<std::byte>& bytes) noexcept : bytes_(bytes) {}

  template <class T>
    requires std::is_trivially_copyable_v<T>
  void value(const T& value) {
    raw(&value, sizeof(T));
  }
  // With its length before it.
  void blob(std::span<const std::byte> bytes) {
    value(static_cast<std::uint64_t>(bytes.size()));
    raw(bytes.data(), bytes.size());
  }
  void text(std::string_view text) { blob(std::as_bytes(std::span(text.data(), text.size()))); }
  // So many bytes more, zeroes, to be written over; until something else is written.
  [[nodiscard]] std::span<std::byte> room(std::size_t size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + size);
    return std::span(bytes_).subspan(at);
  }

 private:
  void raw(const void* from, std::size_t size) {
    if (size != 0) std::memcpy(room(size).data(), from, size);
  }

  std::vector<std::byte>& bytes_;
};

// Errors: RuntimeError from each member if what is left is too short.
class PayloadReader {
 public:
  explicit PayloadReader(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

  template <class T>
    requires(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>)
  [[nodiscard]] T value() {
    std::span<const std::byte> bytes = take(sizeof(T));
    std::remove_const_t<T> read;
    std::memcpy(static_cast<void*>(&read), bytes.data(), sizeof(T));
    return read;
  }
  [[nodiscard]] bool flag() { return value<std::uint8_t>() != 0; }
  // Points into what is read.
  [[nodiscard]] std::span<const std::byte> blob() { return take(value<std::uint64_t>()); }
  [[nodiscard]] std::string text() {
    const std::span<const std::byte> bytes = blob();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // `count` times `each` bytes, in what is read.
  [[nodiscard]] std::span<const std::byte> items(std::uint64_t count, std::size_t each) {
    if (count > rest_.size() / each) [[unlikely]]
      throw_too_short();
    return take(count * each);
  }
  [[nodiscard]] std::span<const std::byte> rest() const noexcept { return rest_; }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

 private:
  std::span<const std::byte> take(std::uint64_t size) {
    if (size > rest_.size()) [[unlikely]]
      throw_too_short();
    const std::span<const std::byte> taken = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return taken;
  }
  [[noreturn]] SKEIN_API static void throw_too_short();

  std::span<const std::byte> rest_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_PAYLOAD_H_
