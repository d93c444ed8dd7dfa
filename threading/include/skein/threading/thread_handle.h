// skein/threading/thread_handle.h - a thread as others see it. Python: what current_thread() and enumerate() give.
#ifndef SKEIN_THREADING_THREAD_HANDLE_H_
#define SKEIN_THREADING_THREAD_HANDLE_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace skein::inline v0::internal {
class ThreadState;
}  // namespace skein::inline v0::internal

namespace skein::inline v0::threading {

// Refers to a thread without owning it: a copy of it refers to the same thread, and it outlives the thread. Every
// Thread is one, so a Thread compares with what current_thread() gives.
//
// Threads:  any member, from any thread, at any time.
// Errors:   RuntimeError ("Thread.__init__() not called") from every member but == of a moved-from Thread.
class SKEIN_API ThreadHandle {
 public:
  // The keyword arguments of Thread.join.
  struct JoinOptions {
    Timeout timeout = None;
  };

  // For people to read; "Thread-N" unless given. Several threads may have the same name.
  [[nodiscard]] std::string name() const;
  // Takes effect in the system's view of a running thread as well (its first 15 bytes).
  void set_name(std::string name);

  // Whether the process ends without waiting for this thread.
  [[nodiscard]] bool daemon() const;
  // Errors: RuntimeError ("cannot set daemon status of active thread") once it has been started.
  void set_daemon(bool daemon);

  // What get_ident() is in that thread; empty until it is started. The system may give it to a later thread again.
  [[nodiscard]] std::optional<std::uint64_t> ident() const;
  // What get_native_id() is in that thread; empty until it is started.
  [[nodiscard]] std::optional<std::uint64_t> native_id() const;

  // True from start() until run() is through. Of a thread that skein did not start: until it ends.
  [[nodiscard]] bool is_alive() const;

  // Waits until the thread has ended, for at most `timeout` (monotonic, from entry; None: no limit; zero or less:
  // only looks). As it returns nothing, ask is_alive() whether time ran out. Any number of threads may join, any
  // number of times; what the thread did is visible afterwards. Joining main_thread() waits until main has returned.
  // Errors: RuntimeError if the thread has not been started ("cannot join thread before it is started"), is the
  // calling one ("cannot join current thread") or one that skein did not start ("cannot join a dummy thread");
  // ValueError if `timeout` is NaN.
  void join(Timeout timeout = None);
  void join(JoinOptions options) { join(options.timeout); }
  // The same, given up as well when `stop` is requested.
  template <std::same_as<std::stop_token> S>
  void join(S stop, Timeout timeout = None) {
    join_until(timeout, &stop);
  }

  friend bool operator==(const ThreadHandle& a, const ThreadHandle& b) noexcept { return a.state_ == b.state_; }

 protected:
  explicit ThreadHandle(std::shared_ptr<internal::ThreadState> state) noexcept : state_(std::move(state)) {}
  void join_until(Timeout timeout, const std::stop_token* stop);
  // The state; RuntimeError if there is none.
  [[nodiscard]] internal::ThreadState& state() const;

  std::shared_ptr<internal::ThreadState> state_;

 private:
  friend class internal::ThreadState;
  friend struct std::hash<ThreadHandle>;
};

// The calling thread. Also for a thread that skein did not start: it is given a daemon's handle named "Dummy-N".
[[nodiscard]] SKEIN_API ThreadHandle current_thread();
// The thread that main() runs in; in a forked child, the one that forked.
[[nodiscard]] SKEIN_API ThreadHandle main_thread();
// All threads that are alive, daemons and dummies too, in the order of their start.
[[nodiscard]] SKEIN_API std::vector<ThreadHandle> enumerate();
// As many as enumerate() gives.
[[nodiscard]] SKEIN_API std::size_t active_count();

// A nonzero number, of no meaning but being different for every live thread (the pthread_t).
[[nodiscard]] SKEIN_API std::uint64_t get_ident() noexcept;
// The kernel's number for the calling thread.
[[nodiscard]] SKEIN_API std::uint64_t get_native_id() noexcept;

// The stack size in bytes of threads started from now on; 0: the system's. Returns the one until now. To ask without
// a size sets 0, as in Python, whose default argument that is.
SKEIN_API std::size_t stack_size() noexcept;
// Errors: ValueError if it is neither 0 nor at least 32 KiB.
SKEIN_API std::size_t stack_size(std::int64_t size);

// The longest timeout that is still counted, in seconds; a longer one means no limit (in Python: OverflowError).
inline constexpr double TIMEOUT_MAX = 9223372036.0;

}  // namespace skein::inline v0::threading

template <>
struct std::hash<skein::threading::ThreadHandle> {
  std::size_t operator()(const skein::threading::ThreadHandle& handle) const noexcept {
    return std::hash<std::shared_ptr<skein::internal::ThreadState>>()(handle.state_);
  }
};

#endif  // SKEIN_THREADING_THREAD_HANDLE_H_
