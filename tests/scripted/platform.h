// What skein/core/internal/platform.h becomes in the scripted build: the same names, each of which
// asks the scheduler first. See README.md.
#ifndef SKEIN_TESTS_SCRIPTED_PLATFORM_H_
#define SKEIN_TESTS_SCRIPTED_PLATFORM_H_

#include <skein/core/export.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace skein::scripted {

// ---- what the scheduler is told (scheduler.cc) ----

// The running thread is about to do `what` to the atomic at `word`. Other threads may run before
// this returns.
void before(const void* word, const char* what) noexcept;
// It has done so: for the trace of a failing schedule.
extern bool g_tracing;
void did(const void* word, const char* what, std::uint64_t old_value, std::uint64_t new_value) noexcept;
// An atomic of that many bytes begins or ceases to exist at `word`.
void born(const void* word, std::size_t size) noexcept;
void died(void* word, std::size_t size) noexcept;
// Whether this compare_exchange_weak is to fail for no reason.
bool fails_spuriously() noexcept;

bool sleep_on(const void* word, std::uint32_t expected, std::int64_t deadline_ns, bool shared) noexcept;
void wake(const void* word, int count, bool shared) noexcept;
void yield() noexcept;
std::int64_t clock_ns() noexcept;
std::uint32_t token() noexcept;

template <class T>
std::uint64_t bits_of(T value) noexcept {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<std::uint64_t>(value);
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<std::uint64_t>(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    return static_cast<std::uint64_t>(value);
  } else {
    return 0;
  }
}

}  // namespace skein::scripted

namespace skein::inline v0::internal {

// std::atomic<T>, of which each operation is a place where another thread may come in between.
// wait() and notify() are left out: the house parks.
template <class T>
class Atomic {
 public:
  using value_type = T;
  using Difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

  constexpr Atomic() noexcept : Atomic(T{}) {}
  constexpr Atomic(T value) noexcept : value_(value) {  // NOLINT(google-explicit-constructor)
    if (!std::is_constant_evaluated()) scripted::born(this, sizeof *this);
  }
  constexpr ~Atomic() {
    if (!std::is_constant_evaluated()) scripted::died(this, sizeof *this);
  }
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  static constexpr bool is_always_lock_free = std::atomic<T>::is_always_lock_free;

  T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
    scripted::before(this, "load");
    const T value = value_.load(order);
    done("load", value, value);
    return value;
  }
  void store(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    scripted::before(this, "store");
    const T old = scripted::g_tracing ? value_.load(std::memory_order_relaxed) : value;
    value_.store(value, order);
    done("store", old, value);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    scripted::before(this, "exchange");
    const T old = value_.exchange(value, order);
    done("exchange", old, value);
    return old;
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure) noexcept {
    scripted::before(this, "compare_exchange_strong");
    const bool done_so = value_.compare_exchange_strong(expected, desired, success, failure);
    done(done_so ? "compare_exchange_strong" : "compare_exchange_strong (fails)", expected,
         done_so ? desired : expected);
    return done_so;
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return compare_exchange_strong(expected, desired, order, after_failure(order));
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure) noexcept {
    scripted::before(this, "compare_exchange_weak");
    const T wanted = expected;
    if (value_.load(std::memory_order_relaxed) == wanted && scripted::fails_spuriously()) {
      expected = value_.load(failure);
      done("compare_exchange_weak (fails for no reason)", expected, expected);
      return false;
    }
    const bool done_so = value_.compare_exchange_strong(expected, desired, success, failure);
    done(done_so ? "compare_exchange_weak" : "compare_exchange_weak (fails)", expected, done_so ? desired : expected);
    return done_so;
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return compare_exchange_weak(expected, desired, order, after_failure(order));
  }

  T fetch_add(Difference by, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return changed("fetch_add", [&] { return value_.fetch_add(by, order); });
  }
  T fetch_sub(Difference by, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return changed("fetch_sub", [&] { return value_.fetch_sub(by, order); });
  }
  T fetch_and(T with, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return changed("fetch_and", [&] { return value_.fetch_and(with, order); });
  }
  T fetch_or(T with, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return changed("fetch_or", [&] { return value_.fetch_or(with, order); });
  }
  T fetch_xor(T with, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return changed("fetch_xor", [&] { return value_.fetch_xor(with, order); });
  }

  operator T() const noexcept { return load(); }  // NOLINT(google-explicit-constructor)
  T operator=(T value) noexcept {                 // NOLINT(misc-unconventional-assign-operator): as std::atomic.
    store(value);
    return value;
  }

 private:
  static constexpr std::memory_order after_failure(std::memory_order order) noexcept {
    if (order == std::memory_order_acq_rel) return std::memory_order_acquire;
    if (order == std::memory_order_release) return std::memory_order_relaxed;
    return order;
  }
  template <class F>
  T changed(const char* what, F change) noexcept {
    scripted::before(this, what);
    const T old = change();
    done(what, old, scripted::g_tracing ? value_.load(std::memory_order_relaxed) : old);
    return old;
  }
  void done(const char* what, T old_value, T new_value) const noexcept {
    if (scripted::g_tracing) [[unlikely]]
      scripted::did(this, what, scripted::bits_of(old_value), scripted::bits_of(new_value));
  }

  // At the very beginning: who parks on (half of) an atomic takes its address for the word's.
  std::atomic<T> value_;
};

enum class Scope : bool { kProcess, kShared };

inline bool futex_wait(const void* word, std::uint32_t expected, std::int64_t deadline_ns, Scope scope) noexcept {
  return scripted::sleep_on(word, expected, deadline_ns, scope == Scope::kShared);
}
inline void futex_wake(const void* word, int count, Scope scope) noexcept {
  scripted::wake(word, count, scope == Scope::kShared);
}
inline std::int64_t monotonic_ns() noexcept { return scripted::clock_ns(); }
inline void yield_cpu() noexcept { scripted::yield(); }
inline void cpu_relax() noexcept { scripted::yield(); }
inline std::uint32_t thread_token() noexcept { return scripted::token(); }
inline std::uint32_t known_thread_token() noexcept { return scripted::token(); }
inline bool left_behind_by_fork(std::uint32_t) noexcept { return false; }
inline std::uint32_t fork_count() noexcept { return 0; }

}  // namespace skein::inline v0::internal

#endif  // SKEIN_TESTS_SCRIPTED_PLATFORM_H_
