// skein/multiprocessing/pickle/sink.h - where a pickle is written that is to be no vector. For the house's own sources.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_SINK_H_
#define SKEIN_MULTIPROCESSING_PICKLE_SINK_H_

#include <cstddef>
#include <cstring>
#include <span>

namespace skein::inline v0::pickle::internal {

// Bytes in one piece that grows, in memory that the derived class chooses.
//
// Threads:  one at a time.
class Sink {
 public:
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  void write(const void* data, std::size_t size) {
    if (size > static_cast<std::size_t>(end_ - at_)) [[unlikely]]
      grow(size);
    if (size != 0) std::memcpy(at_, data, size);
    at_ += size;
  }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {begin_, size()}; }

 protected:
  explicit Sink(std::span<std::byte> room) noexcept : begin_(room.data()), at_(begin_), end_(begin_ + room.size()) {}
  ~Sink() = default;

  [[nodiscard]] std::size_t capacity() const noexcept { return static_cast<std::size_t>(end_ - begin_); }
  // Copies what was written into `room`, which is larger, and goes on there.
  void move_to(std::span<std::byte> room) noexcept {
    const std::size_t used = size();
    if (used != 0) std::memcpy(room.data(), begin_, used);
    begin_ = room.data();
    at_ = begin_ + used;
    end_ = begin_ + room.size();
  }

 private:
  // Makes room for `more` bytes, or throws.
  virtual void grow(std::size_t more) = 0;

  std::byte* begin_;
  std::byte* at_;
  std::byte* end_;
};

}  // namespace skein::inline v0::pickle::internal

#endif  // SKEIN_MULTIPROCESSING_PICKLE_SINK_H_
