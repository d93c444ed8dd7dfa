// skein/core/internal/reference_count.h - how many refer to an object.
#ifndef SKEIN_CORE_INTERNAL_REFERENCE_COUNT_H_
#define SKEIN_CORE_INTERNAL_REFERENCE_COUNT_H_

#include <skein/core/internal/platform.h>

#include <atomic>
#include <cstdint>

namespace skein::inline v0::internal {

// Counts references that any thread may take and drop.
class ReferenceCount {
 public:
  explicit constexpr ReferenceCount(std::uint32_t first) noexcept : count_(first) {}
  ReferenceCount(const ReferenceCount&) = delete;
  ReferenceCount& operator=(const ReferenceCount&) = delete;

  void add() noexcept {
    if (single_threaded()) {
      // Relaxed, and in two steps: there is no other thread, and one that comes is started after this.
      count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    } else {
      count_.fetch_add(1);
    }
  }
  // True if that was the last one: then it has not been counted down, and need not be. Nobody is left who could take
  // another.
  [[nodiscard]] bool drop() noexcept {
    const std::uint32_t count = count_.load();
    if (count == 1) return true;
    if (single_threaded()) {
      count_.store(count - 1, std::memory_order_relaxed);
      return false;
    }
    return count_.fetch_sub(1) == 1;
  }

 private:
  std::atomic<std::uint32_t> count_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_INTERNAL_REFERENCE_COUNT_H_
