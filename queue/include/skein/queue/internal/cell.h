// skein/queue/internal/cell.h - how an item lies in a queue.
#ifndef SKEIN_QUEUE_INTERNAL_CELL_H_
#define SKEIN_QUEUE_INTERNAL_CELL_H_

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {

// Whether a T can be moved about under a queue's lock without anything going wrong in between.
template <class T>
inline constexpr bool kMovesQuietly = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>;

// A T in memory of its own, for types whose move may throw or whose destructor must not run under a lock: then the
// queue moves pointers. The memory is there before the lock is taken, the T may come later.
template <class T>
class BoxedItem {
 public:
  BoxedItem() : memory_(new Memory) {}
  BoxedItem(BoxedItem&&) noexcept = default;
  BoxedItem& operator=(BoxedItem&&) noexcept = default;

  template <class U>
  void fill(U&& item) {
    ::new (static_cast<void*>(memory_->bytes)) T(std::forward<U>(item));
    memory_->filled = true;
  }
  [[nodiscard]] T& operator*() const noexcept { return *std::launder(reinterpret_cast<T*>(memory_->bytes)); }

 private:
  struct Memory {
    Memory() = default;
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() {
      if (filled) std::launder(reinterpret_cast<T*>(bytes))->~T();
    }
    alignas(T) std::byte bytes[sizeof(T)];  // NOLINT(modernize-avoid-c-arrays)
    bool filled = false;
  };
  std::unique_ptr<Memory> memory_;
};

// A T as it is.
template <class T>
class PlainItem {
 public:
  template <class U>
  explicit PlainItem(std::in_place_t, U&& item) : item_(std::forward<U>(item)) {}
  [[nodiscard]] T& operator*() noexcept { return item_; }
  [[nodiscard]] const T& operator*() const noexcept { return item_; }

 private:
  T item_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_QUEUE_INTERNAL_CELL_H_
