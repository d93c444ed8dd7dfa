// skein/multiprocessing/array.h - values in a row in shared memory, with a lock. Python: multiprocessing.Array.
#ifndef SKEIN_MULTIPROCESSING_ARRAY_H_
#define SKEIN_MULTIPROCESSING_ARRAY_H_

#include <skein/multiprocessing/internal/value_lock.h>
#include <skein/multiprocessing/raw_array.h>
#include <skein/multiprocessing/rlock.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing {

// Array('i', 5) is Array<int>(5), Array('d', [1, 2]) is Array<double>({1, 2}): see RawValue for the types. A handle:
// copies, in other processes too, are of one array. Its length is fixed. The lock is an RLock; `Array<int, Lock> a(5,
// {.lock = lock})` takes a Lock that is there, and {.lock = false} none.
//
// Threads:  any member, from any thread of any process that has the array, at any time. Each access to an element or a
//           slice holds the lock; for several in one step hold it yourself: `std::scoped_lock guard(array);`.
// Lifetime: as RawArray.
// Ordering: as the lock.
// Cost:     the lock, taken and released, for each access; with get_obj() under one acquisition, that of the memory.
// Death:    as the lock: who is killed while it holds it loses it to the next, for whom get_lock().recovered() is then
//           true until it releases it, since the elements may be half-changed.
template <class T, class L = RLock>
class Array : public internal::Locked<L> {
  using Held = typename internal::Locked<L>::Held;

 public:
  using value_type = T;
  using Options = ValueOptions<L>;

  // What `array[i]` gives: stands for the element, reads it when asked and writes it when assigned to, each time under
  // the lock; the compound forms hold it from the one to the other.
  class Reference {
   public:
    Reference(const Reference&) = default;
    ~Reference() = default;
    operator T() const {  // NOLINT(google-explicit-constructor)
      const Held held(array_);
      return at();
    }
    const Reference& operator=(const T& value) const {
      const Held held(array_);
      at() = value;
      return *this;
    }
    const Reference& operator=(const Reference& other) const { return *this = static_cast<T>(other); }
    Reference& operator=(const Reference& other) {
      std::as_const(*this) = static_cast<T>(other);
      return *this;
    }
    template <class U>
    const Reference& operator+=(const U& value) const {
      const Held held(array_);
      at() = static_cast<T>(at() + value);
      return *this;
    }
    template <class U>
    const Reference& operator-=(const U& value) const {
      const Held held(array_);
      at() = static_cast<T>(at() - value);
      return *this;
    }
    template <class U>
    const Reference& operator*=(const U& value) const {
      const Held held(array_);
      at() = static_cast<T>(at() * value);
      return *this;
    }

   private:
    friend class Array;
    Reference(const Array& array, std::size_t place) noexcept : array_(array), place_(place) {}
    T& at() const noexcept { return array_.obj_.data()[place_]; }

    const Array& array_;
    std::size_t place_;
  };

  // Gives copies of the elements, each read under the lock.
  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = T;
    using reference = T;
    using pointer = void;

    Iterator() noexcept = default;
    T operator*() const { return Reference(*array_, place_); }
    Iterator& operator++() noexcept {
      ++place_;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++place_;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.place_ == b.place_; }

   private:
    friend class Array;
    Iterator(const Array& array, std::size_t place) noexcept : array_(&array), place_(place) {}

    const Array* array_ = nullptr;
    std::size_t place_ = 0;
  };

  // No array, of length 0: for archives.
  Array() noexcept = default;
  explicit Array(internal::Unpickled) noexcept {}
  // As RawArray.
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  explicit Array(I size, const ValueOptions<L>& options = {}) : internal::Locked<L>(options.lock.make()), obj_(size) {}
  Array(std::initializer_list<T> elements, const ValueOptions<L>& options = {})
      : internal::Locked<L>(options.lock.make()), obj_(elements) {}
  template <internal::ElementsOf<T> R>
  explicit Array(const R& elements, const ValueOptions<L>& options = {})
      : internal::Locked<L>(options.lock.make()), obj_(elements) {}
  explicit Array(std::string_view text, const ValueOptions<L>& options = {})
    requires std::same_as<T, char>
      : internal::Locked<L>(options.lock.make()), obj_(text) {}
  // Python: sharedctypes.synchronized(obj, lock).
  explicit Array(RawArray<T> obj, const ValueOptions<L>& options = {})
      : internal::Locked<L>(options.lock.make()), obj_(std::move(obj)) {}

  // Python: len().
  [[nodiscard]] std::size_t size() const noexcept { return obj_.size(); }
  // Negative positions count from the end. The handle must outlive what this gives.
  // Errors: IndexError ("invalid index").
  [[nodiscard]] Reference operator[](std::int64_t index) const {
    return {*this, internal::checked_index(index, size())};
  }
  [[nodiscard]] Iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {*this, size()}; }

  // Python: array[start:stop:step], and assigning to it. As RawArray, each under the lock.
  // Errors: ValueError if `step` is 0, or the numbers differ.
  [[nodiscard]] std::vector<T> slice(internal::SliceIndex start = None, internal::SliceIndex stop = None,
                                     internal::SliceIndex step = None) const {
    const Held held(*this);
    return obj_.slice(start, stop, step);
  }
  void set_slice(internal::SliceIndex start, internal::SliceIndex stop, const std::vector<T>& elements) const {
    set_slice(start, stop, None, elements);
  }
  void set_slice(internal::SliceIndex start, internal::SliceIndex stop, internal::SliceIndex step,
                 const std::vector<T>& elements) const {
    const Held held(*this);
    obj_.set_slice(start, stop, step, elements);
  }

  // Of characters. Python: the properties value (up to the first zero) and raw (all of them).
  // Errors: ValueError ("byte string too long").
  [[nodiscard]] std::string value() const
    requires std::same_as<T, char>
  {
    const Held held(*this);
    return obj_.value();
  }
  void set_value(std::string_view text) const
    requires std::same_as<T, char>
  {
    const Held held(*this);
    obj_.set_value(text);
  }
  [[nodiscard]] std::string raw() const
    requires std::same_as<T, char>
  {
    const Held held(*this);
    return obj_.raw();
  }
  void set_raw(std::string_view text) const
    requires std::same_as<T, char>
  {
    const Held held(*this);
    obj_.set_raw(text);
  }

  // The elements without their lock, which must be held by whoever uses them.
  [[nodiscard]] const RawArray<T>& get_obj() const noexcept { return obj_; }

  // Whether both are of one array.
  friend bool operator==(const Array& a, const Array& b) noexcept { return a.obj_ == b.obj_; }

  // For pickle, while a process is being started.
  // Errors: as RawArray.
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
  RawArray<T> obj_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_ARRAY_H_
