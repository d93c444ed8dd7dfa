// skein/threading/local.h - a value of its own for every thread. Python: threading.local.
#ifndef SKEIN_THREADING_LOCAL_H_
#define SKEIN_THREADING_LOCAL_H_

#include <skein/core/export.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace skein::inline v0 {

namespace internal {

// The untyped part of local<T>: one value a thread and object.
class SKEIN_API LocalSlot {
 public:
  using Destroy = void (*)(void*) noexcept;

  explicit LocalSlot(Destroy destroy);
  // Destroys the values of all threads, in this one.
  ~LocalSlot();
  LocalSlot(const LocalSlot&) = delete;
  LocalSlot& operator=(const LocalSlot&) = delete;

  // The calling thread's value, or nullptr.
  [[nodiscard]] void* find() const noexcept;
  // Gives the calling thread a value, which the slot owns from now on. It must have none.
  void* insert(std::unique_ptr<void, Destroy> value);

 private:
  friend struct LocalTable;
  struct Values;

  const std::size_t index_;  // In every thread's table; reused.
  const std::uint64_t id_;   // Never reused.
  const Destroy destroy_;
  std::unique_ptr<Values> values_;
};

}  // namespace internal

namespace threading {

// Each thread that uses it sees a T of its own, made on first use from the arguments given here, as Python calls
// __init__ in each thread. Where Python sets attributes, T has members: `data->x = 1`.
//
// Threads:  any member, from any thread, at any time; each touches its own T only. The constructor arguments are
//           copied into each T, from several threads at once.
// Lifetime: a T dies with its thread, or with this object (in the thread that destroys it), whichever comes first.
// Cost:     a look-up in a small table of the thread.
template <class T>
class local {
 public:
  template <class... Args>
    requires std::is_constructible_v<T, const std::decay_t<Args>&...>
  explicit local(Args&&... args)
      : slot_([](void* value) noexcept { delete static_cast<T*>(value); }),
        make_([bound = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)] {
          return std::apply([](const auto&... parts) { return new T(parts...); }, bound);
        }) {}
  local(const local&) = delete;
  local& operator=(const local&) = delete;

  // This thread's T. Throws what its construction throws; there is none then, and the next use tries again.
  [[nodiscard]] T& operator*() {
    void* value = slot_.find();
    if (value == nullptr) {
      value = slot_.insert({make_(), [](void* made) noexcept { delete static_cast<T*>(made); }});
    }
    return *static_cast<T*>(value);
  }
  [[nodiscard]] T* operator->() { return &**this; }

 private:
  internal::LocalSlot slot_;
  const std::function<T*()> make_;
};

}  // namespace threading
}  // namespace skein::inline v0

#endif  // SKEIN_THREADING_LOCAL_H_
