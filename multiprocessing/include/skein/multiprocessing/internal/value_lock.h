// skein/multiprocessing/internal/value_lock.h - the lock of a Value or an Array, if it has one.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_VALUE_LOCK_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_VALUE_LOCK_H_

#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/value_block.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <utility>

namespace skein::inline v0::multiprocessing {

// Python: the argument lock= of Value and Array. True: a new lock; false: none; or one that is there.
template <class L>
class LockChoice {
 public:
  template <std::same_as<bool> B>
  LockChoice(B wanted) : wanted_(wanted) {}                                     // NOLINT(google-explicit-constructor)
  LockChoice(L lock) : wanted_(true), lock_(std::in_place, std::move(lock)) {}  // NOLINT(google-explicit-constructor)

  // Makes the lock if a new one is wanted.
  // Errors: OSError.
  [[nodiscard]] std::optional<L> make() const {
    if (lock_ || !wanted_) return lock_;
    return std::optional<L>(std::in_place);
  }

 private:
  bool wanted_;
  std::optional<L> lock_;
};

// The keyword arguments of Value and Array.
template <class L>
struct ValueOptions {
  LockChoice<L> lock = true;
};

namespace internal {

// What Value and Array share: Python's SynchronizedBase.
template <class L>
class Locked {
 public:
  // The lock.
  // Errors: TypeError if it was made with lock=false. (Python: AttributeError.)
  [[nodiscard]] const L& get_lock() const {
    if (!lock_) throw_no_lock();
    return *lock_;
  }

  // The lock's own acquire() and release(), with all their forms; and the standard's names, so that
  // `std::scoped_lock guard(value);` is Python's `with value:`.
  template <class... Args>
  bool acquire(Args&&... args) const {
    return get_lock().acquire(std::forward<Args>(args)...);
  }
  void release() const { get_lock().release(); }
  void lock() const { get_lock().lock(); }
  [[nodiscard]] bool try_lock() const { return get_lock().try_lock(); }
  void unlock() const { get_lock().unlock(); }

 protected:
  // Holds the lock, if there is one.
  class Held {
   public:
    explicit Held(const Locked& locked) : lock_(locked.lock_ ? &*locked.lock_ : nullptr) {
      if (lock_ != nullptr) lock_->lock();
    }
    ~Held() {
      if (lock_ != nullptr) lock_->unlock();
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    const L* lock_;
  };

  Locked() noexcept = default;
  explicit Locked(std::optional<L> lock) : lock_(std::move(lock)) {}

  template <class Archive>
  void save_lock(Archive& archive) const {
    const std::uint8_t has = lock_ ? 1 : 0;
    archive(has);
    if (lock_) lock_->save(archive);
  }
  template <class Archive>
  void load_lock(Archive& archive) {
    std::uint8_t has = 0;
    archive(has);
    lock_.reset();
    if (has != 0) {
      L lock{Unpickled()};
      lock.load(archive);
      lock_.emplace(std::move(lock));
    }
  }

 private:
  std::optional<L> lock_;
};

}  // namespace internal
}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_VALUE_LOCK_H_
