// skein/asyncio/coroutine.h - what `async def` returns. Python: a coroutine object.
#ifndef SKEIN_ASYNCIO_COROUTINE_H_
#define SKEIN_ASYNCIO_COROUTINE_H_

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#error \
    "skein: asyncio needs clang 17 or GCC 13. GCC 12 miscompiles ordinary coroutines: lambdas with captures and aggregates inside a co_await expression are destroyed twice, and a loop whose condition awaits can hang."
#endif

#include <skein/asyncio/internal/frame.h>
#include <skein/asyncio/internal/task_core.h>

#include <cxxabi.h>

#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <new>
#include <source_location>
#include <type_traits>
#include <utility>

namespace skein::inline v0::asyncio {

template <class T = void>
class Coroutine;

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// ---- what can be awaited ----

template <class A>
concept IsAwaiter = requires(A& awaiter) {
  typename A::skein_awaiter;
  awaiter.await_resume();
};
template <class A>
concept HasAwaiter = requires(A&& awaitable) {
  { static_cast<A&&>(awaitable).operator co_await() } -> IsAwaiter;
};

// The awaiter of what stands behind co_await: the thing itself, or what its operator gives.
template <class A>
decltype(auto) awaiter_of(A&& awaitable) {
  if constexpr (HasAwaiter<A>) {
    return static_cast<A&&>(awaitable).operator co_await();
  } else {
    return static_cast<A&&>(awaitable);
  }
}

// What may stand behind co_await: a Coroutine, Future or Task, or what a function of asyncio returns.
template <class A>
concept Awaitable = HasAwaiter<A> || IsAwaiter<std::remove_reference_t<A>>;
// What co_await gives.
template <Awaitable A>
using AwaitResult = decltype(awaiter_of(std::declval<A>()).await_resume());

// ---- the result ----

template <class T>
class FrameResult : public FrameBase {
 public:
  FrameResult() noexcept {}
  FrameResult(const FrameResult&) = delete;
  FrameResult& operator=(const FrameResult&) = delete;
  ~FrameResult() {
    if (returned) std::destroy_at(&value_);
  }
  template <class U = T>
    requires std::constructible_from<T, U&&>
  void return_value(U&& value) {
    ::new (static_cast<void*>(std::addressof(value_))) T(std::forward<U>(value));
    returned = true;
  }
  T take() { return std::move(value_); }
  void move_to(void* place) { ::new (place) T(std::move(value_)); }

 private:
  union {
    T value_;
  };
};
template <class T>
class FrameResult<T&> : public FrameBase {
 public:
  void return_value(T& value) noexcept { value_ = std::addressof(value); }
  T& take() noexcept { return *value_; }
  void move_to(void* place) noexcept { ::new (place) T*(value_); }

 private:
  T* value_ = nullptr;
};
template <>
class FrameResult<void> : public FrameBase {
 public:
  void return_void() noexcept {}
  void take() noexcept {}
  void move_to(void* /*place*/) noexcept {}
};

// ---- the promise ----

struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> finished) const noexcept {
    FrameBase* const parent = finished.promise().parent;
    return parent != nullptr ? handle_of(*parent) : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

// What the promises of coroutines and generators share. `Frame` is FrameBase or derived from it.
template <class Frame>
struct PromiseBase : Frame {
  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() {
    try {
      throw;
    } catch (abi::__forced_unwind&) {  // pthread_cancel: goes on through the loop.
      throw;
    } catch (...) {
      this->error = std::current_exception();
    }
  }
  template <class A>
  decltype(auto) await_transform(A&& awaitable, std::source_location location = std::source_location::current()) {
    static_assert(Awaitable<A>,
                  "skein: this cannot be awaited; co_await takes a Coroutine, Future or Task, or what a function of "
                  "asyncio returns");
    this->where = location;
    if constexpr (Awaitable<A>) {
      return awaiter_of(static_cast<A&&>(awaitable));
    } else {
      return std::suspend_never();  // So that this sentence is all that the compiler has to say.
    }
  }

 protected:
  void begins(std::source_location location) noexcept {
    this->function = location;
    this->where = location;
    if (t_running.debug) [[unlikely]]
      note_origin(*this);
  }
};

template <class T>
struct Promise final : PromiseBase<FrameResult<T>> {
  asyncio::Coroutine<T> get_return_object(std::source_location location = std::source_location::current()) noexcept;
  template <class U>
  std::suspend_never yield_value(U&& /*value*/) {
    static_assert(std::is_void_v<Promise<U>>,
                  "skein: a function that uses co_yield returns an AsyncGenerator, not a Coroutine");
    return {};
  }
};

// Awaits a coroutine from another one, which goes on in the same task.
template <class T>
class CoroutineAwaiter {
 public:
  using skein_awaiter = void;

  explicit CoroutineAwaiter(CoroutineOwner coroutine) noexcept : coroutine_(std::move(coroutine)) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> parent) {
    FrameBase& child = coroutine_.start();
    child.parent = &parent.promise();
    child.owner = &coroutine_;
    return handle_of(child);
  }
  T await_resume() {
    auto& promise = static_cast<Promise<T>&>(*coroutine_.frame());
    if (promise.error) [[unlikely]]
      std::rethrow_exception(std::move(promise.error));
    return promise.take();
  }

 protected:
  [[nodiscard]] const std::source_location& function() const noexcept { return coroutine_.frame()->function; }

 private:
  CoroutineOwner coroutine_;
};

// The same, in a coroutine of the house's own that does nothing else: what is shown of that is its child.
template <class T>
class StandInAwaiter : public CoroutineAwaiter<T> {
 public:
  using CoroutineAwaiter<T>::CoroutineAwaiter;
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> parent) {
    const std::coroutine_handle<> child = CoroutineAwaiter<T>::await_suspend(parent);
    FrameBase& frame = parent.promise();
    frame.function = this->function();
    frame.where = frame.function;
    frame.stands_for_child = true;
    return child;
  }
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// A call of a coroutine function that has not begun: nothing runs until it is awaited, or made a task. Declare a
// function that returns Coroutine<T> and uses co_await or co_return where Python says `async def`.
//
//   asyncio::Coroutine<int> twice(int x) {
//     co_await asyncio::sleep(1);
//     co_return 2 * x;
//   }
//
// Arguments are copied into the frame as declared: a reference parameter must outlive the coroutine. So must the lambda
// that a capturing lambda's coroutine comes from: use create_task(f, args...) and run(f, args...), which keep it.
//
// Threads:  belongs to the loop that awaits it.
// Lifetime: moves; awaited once. One that is destroyed without having begun is reported ("was never awaited").
// Errors:   RuntimeError ("cannot reuse already awaited coroutine") when awaited twice.
// Cost:     one block of memory, used again by the thread.
template <class T>
class [[nodiscard]] Coroutine {
 public:
  using promise_type = internal::Promise<T>;
  using value_type = T;

  Coroutine(Coroutine&&) noexcept = default;
  Coroutine& operator=(Coroutine&&) noexcept = default;

  auto operator co_await() && noexcept { return internal::CoroutineAwaiter<T>(std::move(owner_)); }
  auto operator co_await() & noexcept { return internal::CoroutineAwaiter<T>(std::move(owner_)); }

  // Python: coroutine.close(). Destroys it; one that has not begun is not reported then.
  void close() noexcept {
    if (owner_.frame() != nullptr) owner_.frame()->started = true;
    owner_ = internal::CoroutineOwner(nullptr);
  }

 private:
  friend promise_type;
  explicit Coroutine(internal::FrameBase* frame) noexcept : owner_(frame) {}

 public:
  // The house's own: gives the frame away, which has not begun. nullptr if it has been awaited or given away.
  [[nodiscard]] internal::FrameBase* unstarted_frame() noexcept { return owner_.release(); }
  // The same, to who begins it.
  // Errors: RuntimeError if it has been awaited or given away.
  [[nodiscard]] internal::FrameBase* release_frame() {
    internal::FrameBase& frame = owner_.start();
    static_cast<void>(owner_.release());
    return &frame;
  }

 private:
  internal::CoroutineOwner owner_;
};

// Python: asyncio.iscoroutine.
template <class A>
constexpr bool iscoroutine(const A& /*object*/) noexcept {
  return requires { requires std::same_as<A, Coroutine<typename A::value_type>>; };
}

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

template <class T>
asyncio::Coroutine<T> Promise<T>::get_return_object(std::source_location location) noexcept {
  static_assert(alignof(Promise) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__,
                "skein: a coroutine's result must not be aligned more than operator new aligns");
  this->begins(location);
  return asyncio::Coroutine<T>(static_cast<FrameBase*>(this));
}

template <class C>
inline constexpr bool kIsCoroutine = false;
template <class T>
inline constexpr bool kIsCoroutine<asyncio::Coroutine<T>> = true;

// A callable that returns a coroutine when called with copies of the arguments.
template <class F, class... Args>
concept CoroutineFunction = std::invocable<std::decay_t<F>&, std::decay_t<Args>...> &&
                            kIsCoroutine<std::invoke_result_t<std::decay_t<F>&, std::decay_t<Args>...>>;

template <class T>
StandInAwaiter<T> stand_in(asyncio::Coroutine<T> coroutine) {
  return StandInAwaiter<T>(CoroutineOwner(coroutine.unstarted_frame()));
}

// Keep the callable and what it was bound to for as long as the coroutine runs. The calls are written out, since what
// an argument is converted to must live as long, and inside of std::invoke it would not.
template <class T, class F, class... Args>
asyncio::Coroutine<T> call_and_keep(F function, Args... args) {
  co_return co_await stand_in(function(std::move(args)...));
}
template <class T, class F, class Object, class... Args>
asyncio::Coroutine<T> call_member_and_keep(F function, Object object, Args... args) {
  if constexpr (requires { (object.*function)(std::move(args)...); }) {
    co_return co_await stand_in((object.*function)(std::move(args)...));
  } else if constexpr (requires { (object.get().*function)(std::move(args)...); }) {
    co_return co_await stand_in((object.get().*function)(std::move(args)...));
  } else {
    co_return co_await stand_in(((*object).*function)(std::move(args)...));
  }
}

template <class F, class... Args>
  requires CoroutineFunction<F, Args...>
auto coroutine_of(F&& function, Args&&... args) {
  using T = typename std::invoke_result_t<std::decay_t<F>&, std::decay_t<Args>...>::value_type;
  if constexpr (std::is_member_function_pointer_v<std::decay_t<F>>) {
    return call_member_and_keep<T, std::decay_t<F>, std::decay_t<Args>...>(std::forward<F>(function),
                                                                           std::forward<Args>(args)...);
  } else {
    return call_and_keep<T, std::decay_t<F>, std::decay_t<Args>...>(std::forward<F>(function),
                                                                    std::forward<Args>(args)...);
  }
}

// Any awaitable as a coroutine.
template <class A>
asyncio::Coroutine<AwaitResult<A>> await_it(A awaitable) {
  co_return co_await std::move(awaitable);
}

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_COROUTINE_H_
