// skein/futures/future.h - the outcome of work that may not be done yet. Python: concurrent.futures.Future.
#ifndef SKEIN_FUTURES_FUTURE_H_
#define SKEIN_FUTURES_FUTURE_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/futures/errors.h>
#include <skein/futures/internal/core.h>
#include <skein/futures/internal/task.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <iosfwd>
#include <stop_token>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace skein::inline v0::futures {

template <class T>
class Future;

// A future of any type: what wait() and as_completed() take and give where types differ. A cheap handle: copies refer
// to the same future, == and hash go by that.
//
// Threads:  any member, from any thread; assigning to the handle itself is its owner's.
// Lifetime: the outcome lives as long as a handle or the work does. When the last one goes and nobody has asked for
//           a failure, it is reported (skein/futures/report.h).
// Ordering: what was done before the outcome was set is visible to whoever sees that the future is done.
// Errors:   RuntimeError from every member but == of a handle that was moved from.
class SKEIN_API AnyFuture {
 public:
  // The keyword argument of result and exception.
  struct WaitOptions {
    Timeout timeout = None;
  };

  // Cancels it if it has not begun: true then, and if it was cancelled before. False if it runs or is done; the task
  // of a running one is asked to stop if it takes a std::stop_token.
  bool cancel() { return core().cancel(); }
  // Whether cancel() has been called in time.
  [[nodiscard]] bool cancelled() const { return core().cancelled(); }
  // Whether the work has begun and is not through.
  [[nodiscard]] bool running() const { return core().phase() == internal::FutureCore::kRunning; }
  // Finished or cancelled.
  [[nodiscard]] bool done() const { return core().done(); }

  // The exception that the work ended with, nullptr (Python: None) if there was none. Waits as Future::result().
  // Errors: CancelledError if cancelled; TimeoutError if not done in time; ValueError if `timeout` is NaN.
  [[nodiscard]] std::exception_ptr exception(Timeout timeout = None) const {
    return core().wait_outcome(timeout, nullptr) ? nullptr : core().error();
  }
  [[nodiscard]] std::exception_ptr exception(WaitOptions options) const { return exception(options.timeout); }
  // The same, given up as well (TimeoutError) when `stop` is requested.
  template <std::same_as<std::stop_token> S>
  [[nodiscard]] std::exception_ptr exception(S stop, Timeout timeout = None) const {
    return core().wait_outcome(timeout, &stop) ? nullptr : core().error();
  }

  // Calls `function` with this future when it is done, in the thread that brings that about; at once if it is done
  // already. Several are called in the order of their adding; what one throws is reported, and the others are called.
  template <std::invocable<AnyFuture> F>
  void add_done_callback(F&& function) const {
    add_callback<AnyFuture>(std::forward<F>(function));
  }

  // For executors and tests. Marks a pending future as running: true. False if it is cancelled, and then who waits for
  // it in wait() or as_completed() is told.
  // Errors: RuntimeError ("Future in unexpected state") otherwise.
  bool set_running_or_notify_cancel() { return core().set_running_or_notify_cancel(); }
  // For executors and tests. Ends it with this exception.
  // Errors: InvalidStateError if it is done, or if the task that it belongs to is running; ValueError if it is null.
  void set_exception(std::exception_ptr exception);
  template <class E>
    requires(!std::same_as<std::remove_cvref_t<E>, std::exception_ptr>)
  void set_exception(E&& exception) {
    set_exception(std::make_exception_ptr(std::forward<E>(exception)));
  }

  // The typed handle. Errors: TypeError if the future's results are of another type.
  template <class T>
  [[nodiscard]] Future<T> get() const;

  friend bool operator==(const AnyFuture& a, const AnyFuture& b) noexcept { return a.core_.get() == b.core_.get(); }
  // As Python's repr: <Future at 0x... state=finished returned int>.
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const AnyFuture& future);

 protected:
  explicit AnyFuture(internal::CoreRef<internal::FutureCore> core) noexcept : core_(std::move(core)) {}
  [[nodiscard]] internal::FutureCore& core() const {
    if (!core_) [[unlikely]]
      throw_empty();
    return *core_;
  }
  template <class Handle, class F>
  void add_callback(F&& function) const {
    using Listener = internal::CallbackListener<Handle, std::decay_t<F>>;
    internal::FutureCore& future = core();
    auto* const listener = new Listener(std::forward<F>(function));
    if (!future.listen(*listener)) listener->tell(future);
  }

 private:
  friend struct internal::Access;
  friend struct std::hash<AnyFuture>;
  [[noreturn]] static void throw_empty();
  [[noreturn]] static void throw_type(const std::type_info& is, const std::type_info& wanted);

  internal::CoreRef<internal::FutureCore> core_;
};

// A future whose result is a T: any movable type, void, or a reference. As in Python, a default constructed one is
// pending, and whoever has it may set its outcome.
template <class T>
class Future : public AnyFuture {
  using Core = internal::TypedCore<T>;

 public:
  using value_type = T;

  // Pending.
  Future() : AnyFuture(internal::CoreRef<internal::FutureCore>::adopt(new Core(1))) {}

  // Waits until it is done, at most `timeout` (from entry, monotonic; None: no limit; zero or less: only looks). The
  // result is copied, so that every handle may ask again; one that cannot be copied is moved out, as by take().
  // A worker of the pool in which the task is still queued runs it here and now, if there is no limit.
  // Errors: what the work threw; CancelledError if cancelled; TimeoutError if not done in time; ValueError if
  // `timeout` is NaN; InvalidStateError if the result has been taken.
  T result(Timeout timeout = None) const { return outcome(timeout, nullptr); }
  T result(WaitOptions options) const { return outcome(options.timeout, nullptr); }
  // The same, given up as well (TimeoutError) when `stop` is requested.
  template <std::same_as<std::stop_token> S>
  T result(S stop, Timeout timeout = None) const {
    return outcome(timeout, &stop);
  }
  // The same as result(), moved out: afterwards nobody else can have it.
  T take(Timeout timeout = None) const { return typed(timeout, nullptr).take(); }

  // For executors and tests. Ends it with this result. If storing throws, the future is as before.
  // Errors: InvalidStateError if it is done, or if the task that it belongs to is running.
  template <class U = T>
    requires internal::StorableAs<T, U&&>
  void set_result(U&& value) {
    Core& typed = static_cast<Core&>(core());
    typed.begin_set();
    try {
      typed.store(std::forward<U>(value));
    } catch (...) {
      typed.abandon_set();
      throw;
    }
    typed.finish(false);
  }
  void set_result()
    requires std::is_void_v<T>
  {
    Core& typed = static_cast<Core&>(core());
    typed.begin_set();
    typed.store();
    typed.finish(false);
  }

  // As AnyFuture's, with the typed handle.
  template <class F>
    requires std::invocable<F, Future<T>> || std::invocable<F, AnyFuture>
  void add_done_callback(F&& function) const {
    if constexpr (std::invocable<F, Future<T>>) {
      add_callback<Future<T>>(std::forward<F>(function));
    } else {
      add_callback<AnyFuture>(std::forward<F>(function));
    }
  }

 private:
  friend struct internal::Access;
  using AnyFuture::AnyFuture;

  [[nodiscard]] Core& typed(Timeout timeout, const std::stop_token* stop) const {
    internal::FutureCore& future = core();
    if (!future.wait_outcome(timeout, stop)) std::rethrow_exception(future.error());
    return static_cast<Core&>(future);
  }
  T outcome(Timeout timeout, const std::stop_token* stop) const {
    Core& core = typed(timeout, stop);
    if constexpr (std::is_void_v<T> || std::is_reference_v<T> || std::copy_constructible<T>) {
      return core.copy();
    } else {
      return core.take();
    }
  }
};

template <class T>
Future<T> AnyFuture::get() const {
  if (dynamic_cast<internal::TypedCore<T>*>(&core()) == nullptr) throw_type(core().result_type(), typeid(T));
  return Future<T>(core_);
}

}  // namespace skein::inline v0::futures

template <>
struct std::hash<skein::futures::AnyFuture> {
  std::size_t operator()(const skein::futures::AnyFuture& future) const noexcept {
    return std::hash<const void*>()(future.core_.get());
  }
};
template <class T>
struct std::hash<skein::futures::Future<T>> : std::hash<skein::futures::AnyFuture> {};

#endif  // SKEIN_FUTURES_FUTURE_H_
