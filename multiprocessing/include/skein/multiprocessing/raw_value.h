// skein/multiprocessing/raw_value.h - one value in shared memory, without a lock. Python: multiprocessing.RawValue.
#ifndef SKEIN_MULTIPROCESSING_RAW_VALUE_H_
#define SKEIN_MULTIPROCESSING_RAW_VALUE_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/value_block.h>

#include <atomic>
#include <cstring>

namespace skein::inline v0::multiprocessing {

// Python's type codes are C++ types here: RawValue('i', 7) is RawValue<int>(7), 'd' is double, 'c' is char, 'u'
// wchar_t, 'q' long long, and a ctypes.Structure is a struct. Any trivially copyable type will do. A handle: copies, in
// other processes too, are of one value.
//
// Threads:  any member, from any thread of any process that has the value. value() and set_value() of a number (of
//           any type of at most 8 bytes that is aligned to its size) are never torn; of others they may be, so guard
//           them with a Lock, or use Value.
// Lifetime: of the last handle, in whichever process; the memory is anonymous and leaves nothing behind.
// Ordering: of such a number, what was done before a set_value() is visible after the value() that gave it.
// Cost:     a load or a store.
// Death:    who is killed in set_value() has written it or not, if it is such a number; else perhaps half of it.
template <class T>
class RawValue {
  static_assert(internal::can_be_shared<T>());

 public:
  using value_type = T;

  // Errors: OSError, std::bad_alloc if there is no memory or no descriptor for it.
  explicit RawValue(const T& initial = T()) : block_(1, internal::ValueType::of<T>()) { set_value(initial); }
  // For what fills it by load(). Until then it must not be used.
  explicit RawValue(internal::Unpickled) noexcept {}

  // Python: the property value.
  [[nodiscard]] T value() const noexcept {
    if constexpr (kWhole) {
      return std::atomic_ref<T>(**this).load(std::memory_order_acquire);  // Pairs with set_value().
    } else {
      return **this;
    }
  }
  void set_value(const T& value) const noexcept {
    if constexpr (kWhole) {
      std::atomic_ref<T>(**this).store(value, std::memory_order_release);  // Pairs with value().
    } else {
      std::memcpy(block_.data(), &value, sizeof(T));
    }
  }

  // The value in its place, for members of a struct: `point->x = 7`.
  [[nodiscard]] T& operator*() const noexcept { return *static_cast<T*>(block_.data()); }
  [[nodiscard]] T* operator->() const noexcept { return static_cast<T*>(block_.data()); }

  // Whether both are of one value.
  friend bool operator==(const RawValue& a, const RawValue& b) noexcept { return a.block_ == b.block_; }

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
  // What the processor reads and writes at once.
  static constexpr bool kWhole = sizeof(T) <= 8 && alignof(T) == sizeof(T);

  internal::ValueBlock block_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_RAW_VALUE_H_
