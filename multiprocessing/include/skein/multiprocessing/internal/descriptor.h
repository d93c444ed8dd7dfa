// skein/multiprocessing/internal/descriptor.h - an open file descriptor with an owner.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_DESCRIPTOR_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_DESCRIPTOR_H_

#include <skein/core/export.h>

#include <utility>

namespace skein::inline v0::multiprocessing::internal {

// Closes it once. Empty (-1) by default and after a move.
class Descriptor {
 public:
  Descriptor() noexcept = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { close(); }

  [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }
  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }
  // Empty: does nothing.
  SKEIN_API void close() noexcept;
  // Another one for the same open file, close-on-exec.
  // Errors: OSError.
  [[nodiscard]] SKEIN_API static Descriptor duplicate(int number);

 private:
  int number_ = -1;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_DESCRIPTOR_H_
