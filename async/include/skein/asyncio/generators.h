// skein/asyncio/generators.h - coroutines that give one value after another. Python: asynchronous generators, and
// try/finally with awaits.
#ifndef SKEIN_ASYNCIO_GENERATORS_H_
#define SKEIN_ASYNCIO_GENERATORS_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/internal/loop_core.h>
#include <skein/asyncio/internal/waiting.h>
#include <skein/core/errors.h>
#include <skein/core/export.h>
#include <skein/core/internal/reference_count.h>
#include <skein/futures/internal/core.h>

#include <cxxabi.h>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::asyncio {

template <class T>
class AsyncGenerator;

// Python: GeneratorExit. What aclose() throws into a generator, where it yields. As in Python no handler of
// std::exception sees it.
class SKEIN_API GeneratorExit{};

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// A generator without its type. Shared by its handle, those who wait for its next value, and the loop's list.
//
// It lies before the frame, in one block that goes with the core: that is one allocation, and nothing can fail between
// the frame's and the handle's beginning. (What is thrown there, clang 19 loses at -O0: it keeps the exception in the
// frame that it has just freed.)
class SKEIN_API GeneratorCore {
 public:
  GeneratorCore(const GeneratorCore&) = delete;
  GeneratorCore& operator=(const GeneratorCore&) = delete;

  // The memory of a frame, with a core before it.
  [[nodiscard]] static void* new_frame(std::size_t size);
  static void delete_frame(void* frame) noexcept;
  // The core of a frame that has begun. Once.
  [[nodiscard]] static CoreRef<GeneratorCore> bind(FrameBase& frame) noexcept;

  void share() noexcept { references_.add(); }
  void drop() noexcept {
    if (references_.drop()) destroy();
  }

  // The handle is gone: the generator is destroyed where it stands; one that runs, when who waits for it has its value.
  void abandon() noexcept;
  // `caller` goes on when it has yielded or ended; `thrown`: is thrown where it yields.
  // Errors: RuntimeError (`what` ": asynchronous generator is already running").
  std::coroutine_handle<> resume(FrameBase& caller, std::exception_ptr thrown, const char* what);
  // It has yielded, or is through; rethrows what it ended with. False if it is through.
  bool resumed();
  [[nodiscard]] bool ended() const noexcept { return owner_.frame() == nullptr; }
  // False as well if its frames have gone with a loop.
  [[nodiscard]] bool running() const noexcept { return running_ && !ended(); }
  // Errors: RuntimeError ("cannot reuse already awaited ...").
  [[noreturn]] static void throw_reused(bool throws);
  // Not to be resumed: it has not begun, or is through. True if so; it is through then.
  [[nodiscard]] bool end_without_running() noexcept;
  [[nodiscard]] FrameBase* frame() const noexcept { return owner_.frame(); }

  // In co_yield: the handle of who waits, and what was thrown in.
  std::coroutine_handle<> yielded() noexcept;
  void rethrow_thrown() {
    if (thrown_ != nullptr) [[unlikely]]
      std::rethrow_exception(std::exchange(thrown_, nullptr));
  }
  // Runs it to its end, as aclose() does.
  [[nodiscard]] asyncio::Coroutine<> close();
  // Those that the loop knows of.
  [[nodiscard]] static std::vector<CoreRef<GeneratorCore>> all_of(LoopCore& loop);

 private:
  explicit GeneratorCore(std::size_t size) noexcept : size_(size) {}
  ~GeneratorCore();
  static GeneratorCore& of_frame(void* frame) noexcept;
  void destroy() noexcept;
  void end() noexcept;
  void enter_list() noexcept;
  void leave_list() noexcept;

  const std::size_t size_;  // Of the block.
  CoroutineOwner owner_{nullptr};
  ReferenceCount references_{1};
  bool bound_ = false;  // There is a handle. If not, the frame's end is the core's.
  bool begun_ = false;
  bool running_ = false;
  std::exception_ptr thrown_;
  // Among those that have begun in their loop and are not through.
  LoopAnchor* anchor_ = nullptr;
  std::uint32_t generation_ = 0;
  GeneratorCore* previous_ = nullptr;
  GeneratorCore* next_ = nullptr;
};

struct GeneratorFinal {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> finished) const noexcept {
    return finished.promise().core->yielded();
  }
  void await_resume() const noexcept {}
};

template <class T>
inline constexpr bool kCanBeYielded = std::is_object_v<T> && std::move_constructible<T>;

template <class T>
struct GeneratorPromise final : PromiseBase<FrameBase> {
  static_assert(kCanBeYielded<T>, "skein: a generator's values must be movable objects");
  using Value = std::conditional_t<kCanBeYielded<T>, T, bool>;  // So that this sentence is all there is to read.

  static void* operator new(std::size_t size) { return GeneratorCore::new_frame(size); }
  static void operator delete(void* frame, std::size_t /*size*/) noexcept { GeneratorCore::delete_frame(frame); }

  asyncio::AsyncGenerator<T> get_return_object(
      std::source_location location = std::source_location::current()) noexcept;
  GeneratorFinal final_suspend() const noexcept { return {}; }
  void return_void() noexcept {}

  struct Yield {
    using skein_awaiter = void;
    GeneratorPromise& promise;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> /*frame*/) const noexcept {
      return promise.core->yielded();
    }
    void await_resume() const { promise.core->rethrow_thrown(); }
  };
  template <class U = T>
    requires(std::constructible_from<T, U &&> || !kCanBeYielded<T>)
  Yield yield_value(U&& next) {
    if constexpr (kCanBeYielded<T>) value.emplace(std::forward<U>(next));
    return {*this};
  }

  GeneratorCore* core = nullptr;
  std::optional<Value> value;  // Yielded, and not taken yet.
};

// The next value, or what aclose() and athrow() end with.
template <class T>
class NextAwaiter {
 public:
  using skein_awaiter = void;
  NextAwaiter(CoreRef<GeneratorCore> core, std::exception_ptr thrown, const char* what) noexcept
      : core_(std::move(core)), thrown_(std::move(thrown)), what_(what), throws_(thrown_ != nullptr) {}
  [[nodiscard]] bool await_ready() {
    if (std::exchange(used_, true)) [[unlikely]]
      GeneratorCore::throw_reused(throws_);
    if (core_->running()) return false;
    if (core_->ended()) thrown_ = nullptr;  // As in CPython, nothing is thrown then.
    return (core_->ended() || thrown_ != nullptr) && core_->end_without_running();
  }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> caller) {
    resumed_ = true;
    try {
      return core_->resume(caller.promise(), std::exchange(thrown_, nullptr), what_);
    } catch (...) {
      resumed_ = false;
      throw;
    }
  }
  std::optional<T> await_resume() {
    if (!resumed_) {
      if (thrown_ != nullptr) std::rethrow_exception(std::move(thrown_));
      return std::nullopt;
    }
    if (!core_->resumed()) return std::nullopt;
    auto& promise = static_cast<GeneratorPromise<T>&>(*core_->frame());
    return std::exchange(promise.value, std::nullopt);
  }

 private:
  CoreRef<GeneratorCore> core_;
  std::exception_ptr thrown_;
  const char* what_;
  const bool throws_;
  bool used_ = false;
  bool resumed_ = false;
};

template <class Body>
using BodyValue = typename std::invoke_result_t<Body&>::value_type;

template <class Body, class Cleanup, class R>
asyncio::Coroutine<R> finally_it(Body body, Cleanup cleanup) {
  std::exception_ptr error;
  std::optional<std::conditional_t<std::is_void_v<R>, bool, R>> result;
  try {
    if constexpr (std::is_void_v<R>) {
      co_await std::invoke(body);
    } else {
      result.emplace(co_await std::invoke(body));
    }
  } catch (abi::__forced_unwind&) {  // pthread_cancel: there is nobody left to await for.
    throw;
  } catch (...) {
    error = std::current_exception();
  }
  co_await std::invoke(cleanup);
  if (error != nullptr) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<R>) co_return std::move(*result);
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// What a coroutine function returns that has `yield`s in Python: it uses co_yield, co_await, and co_return for the end.
//
//   asyncio::AsyncGenerator<int> ticks(int n) {
//     for (int i = 0; i < n; ++i) {
//       co_await asyncio::sleep(1);
//       co_yield i;
//     }
//   }
//   auto numbers = ticks(3);
//   while (auto number = co_await numbers.next()) use(*number);  // `async for number in numbers`
//
// Values are moved or copied out: any movable type. Arguments as a Coroutine's.
//
// Threads:  the loop's own thread only.
// Lifetime: moves. One that is dropped before its end is destroyed where it yields: its destructors run at once, and
//           co_awaits in its handlers do not (CPython has the loop close it a little later; then it would run on with
//           references to what is gone). Where it awaits in its clean-up, aclose() it. The end of asyncio::run closes
//           those that are left.
// Cancel:   a task that is cancelled while it waits for the next value cancels what the generator awaits.
template <class T>
class [[nodiscard]] AsyncGenerator {
 public:
  using promise_type = internal::GeneratorPromise<T>;
  using value_type = T;

  AsyncGenerator(AsyncGenerator&&) noexcept = default;
  AsyncGenerator& operator=(AsyncGenerator&& other) noexcept {
    AsyncGenerator moved(std::move(other));
    std::swap(core_, moved.core_);
    return *this;
  }
  ~AsyncGenerator() {
    if (core_) core_->abandon();
  }

  // Python: anext(generator, default). To be awaited: runs it to its next co_yield, and gives that value; empty
  // (Python: StopAsyncIteration) when it is through, and for ever after.
  // Errors: what it throws, which ends it; RuntimeError ("anext(): asynchronous generator is already running").
  [[nodiscard]] auto next() { return internal::NextAwaiter<T>(core(), nullptr, "anext()"); }
  // Python: generator.athrow(exc). To be awaited: throws it where the generator yields; gives the next value as next().
  // One that has not begun ends with it; one that is through throws nothing, and is empty.
  [[nodiscard]] auto athrow(std::exception_ptr exception) {
    if (exception == nullptr) throw ValueError("the exception is null");
    return internal::NextAwaiter<T>(core(), std::move(exception), "athrow()");
  }
  // Python: generator.aclose(). To be awaited: throws GeneratorExit where it yields, and waits until it is through.
  // Errors: RuntimeError ("async generator ignored GeneratorExit") if it yields then; what else it throws; RuntimeError
  // ("aclose(): asynchronous generator is already running").
  [[nodiscard]] Coroutine<> aclose() { return core()->close(); }

 private:
  friend promise_type;
  explicit AsyncGenerator(internal::CoreRef<internal::GeneratorCore> core) noexcept : core_(std::move(core)) {}
  [[nodiscard]] const internal::CoreRef<internal::GeneratorCore>& core() const {
    if (!core_) throw RuntimeError("the generator has been moved from");
    return core_;
  }
  internal::CoreRef<internal::GeneratorCore> core_;
};

// Python: try: await body() finally: await cleanup(). To be awaited: `cleanup` runs whichever way the body ends, and
// may await. Gives what the body returns; throws what it threw, or what `cleanup` throws. Both are callables that
// return a Coroutine, and are kept for as long as this runs. A cancellation that comes during `cleanup` is thrown into
// that.
template <class Body, class Cleanup>
auto finally(Body&& body, Cleanup&& cleanup) {
  constexpr bool kBothAre = internal::CoroutineFunction<Body> && internal::CoroutineFunction<Cleanup>;
  static_assert(kBothAre,
                "skein: asyncio::finally takes two functions without parameters that return a Coroutine: [&]() -> "
                "asyncio::Coroutine<> { ... }");
  if constexpr (kBothAre) {
    return internal::finally_it<std::decay_t<Body>, std::decay_t<Cleanup>, internal::BodyValue<std::decay_t<Body>>>(
        std::forward<Body>(body), std::forward<Cleanup>(cleanup));
  } else {
    return internal::NothingToAwait();  // So that this sentence is all that the compiler has to say.
  }
}

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

template <class T>
asyncio::AsyncGenerator<T> GeneratorPromise<T>::get_return_object(std::source_location location) noexcept {
  static_assert(alignof(GeneratorPromise) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__,
                "skein: a generator's values must not be aligned more than operator new aligns");
  this->function = location;
  this->where = location;
  this->started = true;  // One that is never asked for a value is no mistake.
  auto bound = GeneratorCore::bind(*this);
  core = bound.get();
  return asyncio::AsyncGenerator<T>(std::move(bound));
}

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_GENERATORS_H_
