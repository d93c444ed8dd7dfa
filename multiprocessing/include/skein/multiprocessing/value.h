// skein/multiprocessing/value.h - one value in shared memory, with a lock. Python: multiprocessing.Value.
#ifndef SKEIN_MULTIPROCESSING_VALUE_H_
#define SKEIN_MULTIPROCESSING_VALUE_H_

#include <skein/multiprocessing/internal/value_lock.h>
#include <skein/multiprocessing/raw_value.h>
#include <skein/multiprocessing/rlock.h>

#include <optional>
#include <utility>

namespace skein::inline v0::multiprocessing {

// Value('i', 7) is Value<int>(7): see RawValue for the types. A handle: copies, in other processes too, are of one
// value. The lock is an RLock; `Value<int, Lock> v(0, {.lock = lock})` takes a Lock that is there, and {.lock = false}
// none. `v.value += 1` is no single step, as in Python:
//
//   std::scoped_lock guard(v);  // with v.get_lock():
//   v.set_value(v.value() + 1);
//
// Threads:  any member, from any thread of any process that has the value, at any time.
// Lifetime: as RawValue.
// Ordering: as the lock.
// Cost:     the lock, taken and released, around a copy.
// Death:    as the lock: who is killed while it holds it loses it to the next, for whom get_lock().recovered() is then
//           true until it releases it, since the value may be half-changed.
template <class T, class L = RLock>
class Value : public internal::Locked<L> {
  using Held = typename internal::Locked<L>::Held;

 public:
  using value_type = T;
  using Options = ValueOptions<L>;

  // Errors: OSError, std::bad_alloc if there is no memory or no descriptor for it.
  explicit Value(const T& initial = T(), const ValueOptions<L>& options = {})
      : internal::Locked<L>(options.lock.make()), obj_(initial) {}
  // Python: sharedctypes.synchronized(obj, lock).
  explicit Value(RawValue<T> obj, const ValueOptions<L>& options = {})
      : internal::Locked<L>(options.lock.make()), obj_(std::move(obj)) {}
  // For what fills it by load(). Until then it must not be used.
  explicit Value(internal::Unpickled unpickled) noexcept : obj_(unpickled) {}

  // Python: the property value. Both hold the lock meanwhile.
  [[nodiscard]] T value() const {
    const Held held(*this);
    return obj_.value();
  }
  void set_value(const T& value) const {
    const Held held(*this);
    obj_.set_value(value);
  }
  // The value without its lock, which must be held by whoever uses it.
  [[nodiscard]] const RawValue<T>& get_obj() const noexcept { return obj_; }
  // The members of a struct. Unlike Python's properties it takes no lock: hold it.
  [[nodiscard]] T* operator->() const noexcept { return obj_.operator->(); }

  // Whether both are of one value.
  friend bool operator==(const Value& a, const Value& b) noexcept { return a.obj_ == b.obj_; }

  // For pickle, while a process is being started.
  // Errors: as RawValue.
  template <class Archive>
  void save(Archive& archive) const {
    obj_.save(archive);
    this->save_lock(archive);
  }
  template <class Archive>
  void load(Archive& archive) {
    obj_.load(archive);
    this->load_lock(archive);
  }

 private:
  RawValue<T> obj_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_VALUE_H_
