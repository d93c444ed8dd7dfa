// skein/asyncio/timeouts.h - a limit on what is awaited. Python: asyncio.timeout, timeout_at, Timeout; `async with`.
#ifndef SKEIN_ASYNCIO_TIMEOUTS_H_
#define SKEIN_ASYNCIO_TIMEOUTS_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/internal/waiting.h>
#include <skein/asyncio/task.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace skein::inline v0::asyncio {

// Python: asyncio.Timeout. Cancels the task that has entered it when its time is up; leaving it then turns that
// cancellation into TimeoutError. To be used by with():
//
//   co_await asyncio::with(asyncio::timeout(1.5), [&](asyncio::Timeout& limit) -> asyncio::Coroutine<> {
//     co_await something();
//   });
//
// Ordering: a cancellation from elsewhere wins over the timeout.
class SKEIN_API Timeout {
 public:
  // `when`: by the loop's time(); empty (Python: None): no limit.
  explicit Timeout(std::optional<double> when) noexcept : when_(when) {}
  Timeout(Timeout&& other) noexcept;
  Timeout& operator=(Timeout&&) = delete;
  ~Timeout();

  // When it ends the block, by the loop's time(); empty: never.
  [[nodiscard]] std::optional<double> when() const noexcept { return when_; }
  // Another time. Errors: RuntimeError if it has not been entered, or has been left, or has expired.
  void reschedule(std::optional<double> when);
  void reschedule(NoneType) { reschedule(std::optional<double>()); }
  // Whether its time came while it was entered.
  [[nodiscard]] bool expired() const noexcept { return state_ == State::kExpiring || state_ == State::kExpired; }

  // `async with`. Errors of aenter: RuntimeError ("Timeout has already been entered"; "Timeout should be used inside a
  // task"). Of aexit: TimeoutError.
  [[nodiscard]] Coroutine<Timeout&> aenter();
  [[nodiscard]] Coroutine<bool> aexit(std::exception_ptr error);
  // The same without a coroutine around it. leave() throws TimeoutError if it has caused `error`.
  void enter();
  void leave(const std::exception_ptr& error);

 private:
  enum class State : std::uint8_t { kCreated, kEntered, kExpiring, kExpired, kExited };
  void arm();
  void disarm() noexcept;
  void on_timeout();

  std::optional<double> when_;
  State state_ = State::kCreated;
  std::uint32_t cancelling_ = 0;
  std::optional<AnyTask> task_;
  std::optional<Handle> handle_;
};

// Python: asyncio.timeout(delay). None: no limit. Errors: ValueError if it is NaN; RuntimeError ("no running event
// loop").
[[nodiscard]] SKEIN_API Timeout timeout(skein::Timeout delay);
// Python: asyncio.timeout_at(when).
[[nodiscard]] inline Timeout timeout_at(double when) { return Timeout(when); }
[[nodiscard]] inline Timeout timeout_at(NoneType) { return Timeout(std::nullopt); }

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

template <class M>
concept AsyncManager = requires(M& manager, std::exception_ptr error) {
  { manager.aenter() } -> Awaitable;
  { manager.aexit(error) } -> Awaitable;
};

template <class M>
using Entered = AwaitResult<decltype(std::declval<std::remove_reference_t<M>&>().aenter())>;

template <class Body, class E>
decltype(auto) call_body(Body& body, E&& entered) {
  if constexpr (std::invocable<Body&, E>) {
    return std::invoke(body, std::forward<E>(entered));
  } else {
    return std::invoke(body);
  }
}
// What the body returns; void as well if it cannot be called.
template <class Body, class E>
struct BodyResult {
  static constexpr bool kCallable = false;
  using type = void;
};
template <class Body, class E>
  requires std::invocable<Body&, E>
struct BodyResult<Body, E> {
  static constexpr bool kCallable = true;
  using type = std::invoke_result_t<Body&, E>;
};
template <class Body, class E>
  requires(!std::invocable<Body&, E> && std::invocable<Body&>)
struct BodyResult<Body, E> {
  static constexpr bool kCallable = true;
  using type = std::invoke_result_t<Body&>;
};

// A body that awaits nothing, as one that could.
template <class Body>
struct AwaitingBody {
  Body body;
  template <class... E>
    requires(sizeof...(E) <= 1)
  asyncio::Coroutine<> operator()(E&&... entered) {
    if constexpr (std::invocable<Body&, E...>) {
      std::invoke(body, std::forward<E>(entered)...);
    } else {
      std::invoke(body);
    }
    co_return;
  }
};

// A manager by reference, or its own.
template <class M, class Body, class R>
asyncio::Coroutine<R> with_it(M manager, Body body) {
  using E = Entered<M>;
  std::exception_ptr error;
  std::optional<std::conditional_t<std::is_void_v<R>, bool, R>> result;
  if constexpr (std::is_void_v<E>) {
    co_await manager.aenter();
    try {
      if constexpr (std::is_void_v<R>) {
        co_await std::invoke(body);
      } else {
        result.emplace(co_await std::invoke(body));
      }
    } catch (...) {
      error = std::current_exception();
    }
  } else {
    E entered = co_await manager.aenter();
    try {
      if constexpr (std::is_void_v<R>) {
        co_await call_body(body, entered);
      } else {
        result.emplace(co_await call_body(body, entered));
      }
    } catch (...) {
      error = std::current_exception();
    }
  }
  bool suppressed = false;
  if constexpr (std::is_void_v<AwaitResult<decltype(manager.aexit(error))>>) {
    co_await manager.aexit(error);
  } else {
    suppressed = static_cast<bool>(co_await manager.aexit(error));
  }
  if (error != nullptr && !suppressed) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<R>) {
    if (!result.has_value()) throw RuntimeError("the body of asyncio::with ended without a result");
    co_return std::move(*result);
  }
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: `async with manager as x: body`. To be awaited: enters the manager, awaits body(x), or body() if it takes
// nothing, leaves the manager, and gives what the body returns. A manager is anything with aenter() and aexit(error)
// that can be awaited; aexit gets nullptr if the body ended well, and may give true to swallow the error.
// An lvalue is used where it is; anything else is moved in. The body is kept for as long as it runs.
template <class M, class Body>
  requires internal::AsyncManager<std::remove_reference_t<M>>
auto with(M&& manager, Body&& body) {
  using E = internal::Entered<M>;
  using Result = internal::BodyResult<std::decay_t<Body>, std::add_lvalue_reference_t<E>>;
  using Made = typename Result::type;
  static_assert(Result::kCallable,
                "skein: the body of asyncio::with must take what the manager gives, or nothing: [&](auto& x) -> "
                "asyncio::Coroutine<> { ... }");
  static_assert(!Result::kCallable || internal::kIsCoroutine<Made> || std::is_void_v<Made>,
                "skein: the body of asyncio::with must return a Coroutine, or nothing: [&](auto& x) -> "
                "asyncio::Coroutine<> { ... }");
  if constexpr (internal::kIsCoroutine<Made>) {
    return internal::with_it<M, std::decay_t<Body>, typename Made::value_type>(std::forward<M>(manager),
                                                                               std::forward<Body>(body));
  } else if constexpr (Result::kCallable && std::is_void_v<Made>) {
    using Awaiting = internal::AwaitingBody<std::decay_t<Body>>;
    return internal::with_it<M, Awaiting, void>(std::forward<M>(manager), Awaiting{std::forward<Body>(body)});
  } else {
    return internal::NothingToAwait();  // So that one sentence is all that the compiler has to say.
  }
}

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_TIMEOUTS_H_
