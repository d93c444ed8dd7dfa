// skein/futures/internal/task.h - the typed parts of a future: its result, and the callable that computes it.
#ifndef SKEIN_FUTURES_INTERNAL_TASK_H_
#define SKEIN_FUTURES_INTERNAL_TASK_H_

#include <skein/futures/errors.h>
#include <skein/futures/internal/core.h>

#include <cxxabi.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>

namespace skein::inline v0 {

namespace futures {
class AnyFuture;
}  // namespace futures

namespace internal {

// Makes handles out of cores, and back. The house's own.
struct Access {
  template <class Handle>
  static Handle handle(CoreRef<FutureCore> core) noexcept {
    return Handle(std::move(core));
  }
  template <class Handle>
  static FutureCore& core(const Handle& handle) {
    return handle.core();
  }
};

[[noreturn]] SKEIN_API void throw_taken();

// How a result of type T lies in the future.
template <class T>
using Stored =
    std::conditional_t<std::is_void_v<T>, std::monostate,
                       std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<T>, std::remove_cv_t<T>>>;

// What a result can be made of.
template <class T, class U>
concept StorableAs = (!std::is_void_v<T> && !std::is_reference_v<T> && std::constructible_from<Stored<T>, U>) ||
                     (std::is_reference_v<T> && std::convertible_to<U, T>);

template <class T>
class TypedCore : public FutureCore {
 public:
  explicit TypedCore(std::uint32_t references) noexcept : FutureCore(references) {}

  template <class... Args>
  void store(Args&&... args) {
    if constexpr (std::is_reference_v<T>) {
      ::new (static_cast<void*>(&place_.value)) Stored<T>(std::addressof(args)...);
    } else {
      ::new (static_cast<void*>(&place_.value)) Stored<T>(std::forward<Args>(args)...);
    }
  }
  // Of a future that finished with a result.
  T copy() {
    if constexpr (std::is_void_v<T>) {
      return;
    } else if constexpr (std::is_reference_v<T>) {
      return static_cast<T>(*place_.value);
    } else {
      if (is_taken()) throw_taken();
      return place_.value;
    }
  }
  T take() {
    if constexpr (std::is_void_v<T> || std::is_reference_v<T>) {
      return copy();
    } else {
      if (!mark_taken()) throw_taken();
      return std::move(place_.value);
    }
  }
  [[nodiscard]] const std::type_info& result_type() const noexcept override { return typeid(T); }

 protected:
  ~TypedCore() override {
    if (phase() == kFinished && !failed()) std::destroy_at(&place_.value);
  }

 private:
  union Place {
    Place() noexcept {}
    ~Place() {}
    Stored<T> value;
  };
  Place place_;
};

// With its callable and arguments, which are called once, as rvalues; a reference travels as std::ref. Stop: whether a
// std::stop_token goes before the arguments.
template <class T, bool Stop, class F, class... Args>
class BoundTask final : public TypedCore<T> {
 public:
  template <class... Given>
  explicit BoundTask(std::uint32_t references, Given&&... given) : TypedCore<T>(references), source_{} {
    ::new (static_cast<void*>(&place_.bound)) Bound(std::forward<Given>(given)...);
  }

  void run() override {
    bool failed = false;
    try {
      call();
    } catch (abi::__forced_unwind&) {  // pthread_cancel or pthread_exit: it goes on, and must not be swallowed.
      forget_task();
      this->finish_with(std::make_exception_ptr(futures::BrokenExecutor("the thread that ran the task was cancelled")));
      throw;
    } catch (...) {
      this->error_ = std::current_exception();
      failed = true;
    }
    // Whoever sees the outcome finds that nothing holds the arguments any more.
    forget_task();
    this->finish(failed);
  }
  void forget_task() noexcept override {
    if (std::exchange(bound_, false)) std::destroy_at(&place_.bound);
  }
  void request_stop() noexcept override {
    if constexpr (Stop) source_.request_stop();
  }

 private:
  using Bound = std::tuple<F, Args...>;

  ~BoundTask() override { forget_task(); }

  void call() {
    std::apply(
        [this](F& function, Args&... args) {
          const auto invoke = [&]() -> decltype(auto) {
            if constexpr (Stop) {
              return std::invoke(std::move(function), source_.get_token(), std::move(args)...);
            } else {
              return std::invoke(std::move(function), std::move(args)...);
            }
          };
          if constexpr (std::is_void_v<T>) {
            invoke();
            this->store();
          } else {
            this->store(invoke());
          }
        },
        place_.bound);
  }

  union Place {
    Place() noexcept {}
    ~Place() {}
    Bound bound;
  };
  struct Nothing {};
  Place place_;
  bool bound_ = true;
  [[no_unique_address]] std::conditional_t<Stop, std::stop_source, Nothing> source_;
};

// What may be submitted, and what comes of it.
template <class F, class... Args>
concept TakesStopToken = std::invocable<std::decay_t<F>, std::stop_token, std::decay_t<Args>...>;
template <class F, class... Args>
concept Submittable = std::invocable<std::decay_t<F>, std::decay_t<Args>...> || TakesStopToken<F, Args...>;

template <class F, class... Args>
struct SubmitResult {
  using type = std::invoke_result_t<std::decay_t<F>, std::decay_t<Args>...>;
};
template <class F, class... Args>
  requires TakesStopToken<F, Args...>
struct SubmitResult<F, Args...> {
  using type = std::invoke_result_t<std::decay_t<F>, std::stop_token, std::decay_t<Args>...>;
};

// A done callback.
template <class Handle, class F>
class CallbackListener final : public Listener {
 public:
  template <class G>
  explicit CallbackListener(G&& function) : Listener(Kind::kCallback), function_(std::forward<G>(function)) {}

  void tell(FutureCore& future) noexcept override {
    const std::unique_ptr<CallbackListener> self(this);
    try {
      std::invoke(function_, Access::handle<Handle>(CoreRef<FutureCore>::share(&future)));
    } catch (...) {
      report_callback_failure(future);
    }
  }
  void discard() noexcept override { delete this; }

 private:
  friend std::default_delete<CallbackListener>;
  ~CallbackListener() override = default;
  F function_;
};

}  // namespace internal
}  // namespace skein::inline v0

#endif  // SKEIN_FUTURES_INTERNAL_TASK_H_
