// skein/asyncio/future.h - a result of the loop that is not there yet. Python: asyncio.Future.
#ifndef SKEIN_ASYNCIO_FUTURE_H_
#define SKEIN_ASYNCIO_FUTURE_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/errors.h>
#include <skein/asyncio/internal/future_core.h>
#include <skein/asyncio/internal/loop_core.h>
#include <skein/core/export.h>
#include <skein/core/internal/describe.h>
#include <skein/futures/internal/task.h>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iosfwd>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace skein::inline v0::asyncio {

class AnyFuture;
class AnyTask;
class EventLoop;
template <class T = void>
class Future;
template <class T = void>
class Task;

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// Makes handles out of cores, and back. The house's own.
struct LoopAccess {
  template <class Handle>
  static Handle handle(CoreRef<LoopFuture> core) noexcept {
    return Handle(std::move(core));
  }
  template <class Handle>
  static LoopFuture& core(const Handle& handle) {
    return handle.core();
  }
};

// The result of a future or a task, behind its core.
template <class Base, class T>
class StoredFuture : public Base {
 public:
  using Base::Base;
  [[nodiscard]] void* place() noexcept override { return &place_; }
  [[nodiscard]] const std::type_info& result_type() const noexcept override { return typeid(T); }
  [[nodiscard]] std::string describe_result() const override {
    if constexpr (std::is_void_v<T>) {
      return "None";
    } else if constexpr (std::same_as<T, bool>) {
      return place_.value ? "True" : "False";
    } else if constexpr (std::is_arithmetic_v<T>) {
      std::ostringstream text;
      text << +place_.value;
      return text.str();
    } else if constexpr (std::convertible_to<const T&, std::string_view> && !std::is_reference_v<T>) {
      return "'" + std::string(std::string_view(place_.value)) + "'";
    } else {
      return "<" + readable(typeid(T)) + ">";
    }
  }

 protected:
  ~StoredFuture() override {
    if (this->state_ == LoopFuture::State::kFinished && !this->failed()) std::destroy_at(&place_.value);
  }
  union Place {
    Place() noexcept {}
    ~Place() {}
    Stored<T> value;
  };
  Place place_;
};

template <class T>
class TypedLoopFuture final : public StoredFuture<LoopFuture, T> {
 public:
  explicit TypedLoopFuture(LoopCore& loop, std::uint32_t references = 1)
      : StoredFuture<LoopFuture, T>(loop, references) {}
};

// The result of a finished future. A copy, unless T cannot be copied: then it is moved out.
template <class T>
T result_of(LoopFuture& future) {
  if constexpr (!std::is_void_v<T>) {
    auto& value = *std::launder(static_cast<Stored<T>*>(future.place()));
    if constexpr (std::is_reference_v<T>) {
      return static_cast<T>(*value);
    } else if constexpr (std::copy_constructible<T>) {
      return value;
    } else {
      return std::move(value);
    }
  }
}

[[noreturn]] SKEIN_API void throw_cannot_await(LoopTask& task, LoopFuture& future);

// Awaits a future or a task. Python: Future.__await__.
template <class T>
class FutureAwaiter {
 public:
  using skein_awaiter = void;

  explicit FutureAwaiter(CoreRef<LoopFuture> future) noexcept : future_(std::move(future)) {}
  FutureAwaiter(FutureAwaiter&& other) noexcept : future_(std::move(other.future_)) {}
  FutureAwaiter& operator=(FutureAwaiter&&) = delete;
  ~FutureAwaiter() {
    if (waiter_ != nullptr) [[unlikely]]
      future_->forget(waiter_->node());  // The frame is destroyed while it waits.
  }
  [[nodiscard]] bool await_ready() const noexcept { return future_->done(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> frame) {
    LoopTask& task = *t_running.task;
    if (future_.get() == &task || future_->loop() != t_running.loop) [[unlikely]] {  // An error, in the next round.
      LoopCore::running().push(task.node());
      waiter_ = &task;
      task.suspend(frame.promise(), nullptr);
      return;
    }
    waiter_ = &task;
    future_->when_done(task.node());
    task.suspend(frame.promise(), future_.get());
  }
  T await_resume() {
    if (waiter_ != nullptr) {
      LoopTask& task = *std::exchange(waiter_, nullptr);
      task.resumed(future_.get());
      if (!future_->done()) [[unlikely]]
        throw_cannot_await(task, *future_);
    }
    future_->check_result();
    return result_of<T>(*future_);
  }

 private:
  CoreRef<LoopFuture> future_;
  LoopTask* waiter_ = nullptr;
};

// A done callback.
class SKEIN_API DoneCallback : public InBlock, public ReadyNode {
 public:
  virtual ~DoneCallback() = default;
  CoreRef<LoopFuture> future;  // From when that is done: until then the future holds this, not the other way round.
  ContextSlot context;

  // Registers it, which from now on owns itself.
  static void add(std::unique_ptr<DoneCallback> callback, LoopFuture& future, ContextSlot in);
  // Removes those that are equal to `function`, and tells how many.
  static std::size_t remove(LoopFuture& future, const std::type_info& type, const void* function);

 protected:
  DoneCallback() noexcept : ReadyNode(kKind) {}
  virtual void call() = 0;
  [[nodiscard]] virtual bool equals(const std::type_info& type, const void* function) const = 0;

 private:
  static void run_node(ReadyNode* node);
  static void discard_node(ReadyNode* node) noexcept;
  static void settled(ReadyNode* node, LoopFuture& future) noexcept;
  static constexpr ReadyKind kKind{&DoneCallback::run_node, &DoneCallback::discard_node, &DoneCallback::settled};
};
template <class Handle, class F>
class DoneCallbackOf final : public DoneCallback {
 public:
  template <class G>
  explicit DoneCallbackOf(G&& function) : function_(std::forward<G>(function)) {}

 private:
  void call() override { std::invoke(function_, LoopAccess::handle<Handle>(future)); }
  [[nodiscard]] bool equals(const std::type_info& type, const void* function) const override {
    if constexpr (std::equality_comparable<F>) {
      return type == typeid(F) && *static_cast<const F*>(function) == function_;
    } else {
      return false;
    }
  }
  F function_;
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// The keyword argument of call_soon, add_done_callback and their like.
struct CallOptions {
  const contextvars::Context* context = nullptr;  // nullptr: a copy of the current one.
};

// A future or task of any type: what wait(), as_completed() and gather() give where types differ. A cheap handle:
// copies refer to the same future; == and hash go by that.
//
// Threads:  the loop's own thread only, but for copying and dropping handles.
// Lifetime: the outcome lives as long as a handle or the work does. When the last one goes and nobody has asked for a
//           failure, the loop's exception handler hears of it.
// Errors:   RuntimeError from every member but == of a handle that was moved from.
class SKEIN_API AnyFuture {
 public:
  using value_type = void;  // What awaiting it gives.

  // Python: Future.cancel(msg=None). True if it was pending: it is cancelled then, or will be, as Task::cancel() says.
  bool cancel() const { return core().cancel(nullptr); }
  bool cancel(const std::string& msg) const { return core().cancel(&msg); }
  [[nodiscard]] bool cancelled() const { return core().cancelled(); }
  [[nodiscard]] bool done() const { return core().done(); }
  // The exception that it ended with, nullptr (Python: None) if there was none.
  // Errors: CancelledError if cancelled; InvalidStateError ("Exception is not set.") if pending.
  [[nodiscard]] std::exception_ptr exception() const { return core().exception(); }
  // Ends it with this exception. Errors: InvalidStateError if done; ValueError if it is null; RuntimeError for a task.
  void set_exception(std::exception_ptr exception) const;
  template <class E>
    requires(!std::same_as<std::remove_cvref_t<E>, std::exception_ptr>)
  void set_exception(E&& exception) const {
    set_exception(std::make_exception_ptr(std::forward<E>(exception)));
  }
  // Calls `function` with this future soon after it is done, in the loop, in a copy of the context that is current now,
  // or in the given one. Several are called in the order of their adding. What one throws goes to the loop's exception
  // handler.
  template <std::invocable<AnyFuture> F>
  void add_done_callback(F&& function, CallOptions options = {}) const {
    add_callback<AnyFuture>(std::forward<F>(function), options);
  }
  // Removes those callbacks that are equal to `function` and have not been called; returns how many. Lambdas are never
  // equal, functions and comparable function objects are.
  template <class F>
  std::size_t remove_done_callback(const F& function) const {
    const std::decay_t<F> sought = function;
    return internal::DoneCallback::remove(core(), typeid(sought), &sought);
  }
  // Errors: RuntimeError if the loop is gone.
  [[nodiscard]] EventLoop get_loop() const;

  // The typed handle. Errors: TypeError if the future's results are of another type.
  template <class T>
  [[nodiscard]] Future<T> get() const;
  // Awaited, it waits and throws what the future ended with; the result is dropped.
  auto operator co_await() const& { return internal::FutureAwaiter<void>(core_or_throw()); }
  auto operator co_await() && { return internal::FutureAwaiter<void>(take_core()); }

  friend bool operator==(const AnyFuture& a, const AnyFuture& b) noexcept { return a.core_.get() == b.core_.get(); }
  // As Python's repr: <Future finished result=1>.
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const AnyFuture& future);

 protected:
  explicit AnyFuture(internal::CoreRef<internal::LoopFuture> core) noexcept : core_(std::move(core)) {}
  [[nodiscard]] internal::LoopFuture& core() const {
    if (!core_) [[unlikely]]
      throw_empty();
    return *core_;
  }
  [[nodiscard]] const internal::CoreRef<internal::LoopFuture>& core_or_throw() const {
    static_cast<void>(core());
    return core_;
  }
  // For who has no more use for the handle.
  [[nodiscard]] internal::CoreRef<internal::LoopFuture> take_core() {
    static_cast<void>(core());
    return std::move(core_);
  }
  template <class Handle, class F>
  void add_callback(F&& function, const CallOptions& options) const {
    internal::DoneCallback::add(
        std::make_unique<internal::DoneCallbackOf<Handle, std::decay_t<F>>>(std::forward<F>(function)), core(),
        options.context != nullptr ? internal::ContextSlot(*options.context) : internal::ContextSlot::copy_current());
  }

 private:
  friend struct internal::LoopAccess;
  friend struct std::hash<AnyFuture>;
  [[noreturn]] static void throw_empty();
  [[noreturn]] static void throw_type(const std::type_info& is, const std::type_info& wanted);

  internal::CoreRef<internal::LoopFuture> core_;
};

// A future whose result is a T: any movable type, void, or a reference.
template <class T>
class Future : public AnyFuture {
 public:
  using value_type = T;

  // Pending, of the running loop; whoever has it may set its outcome. Errors: RuntimeError ("no running event loop").
  Future() : Future(internal::LoopCore::running()) {}

  // The result, copied; one that cannot be copied is moved out.
  // Errors: what it ended with; CancelledError; InvalidStateError ("Result is not set.") if pending.
  T result() const {
    internal::LoopFuture& future = core();
    future.check_result();
    return internal::result_of<T>(future);
  }
  // Ends it. Errors: InvalidStateError if done; RuntimeError for a task.
  template <class U = T>
    requires internal::StorableAs<T, U&&>
  void set_result(U&& value) const {
    internal::LoopFuture& future = settable();
    if constexpr (std::is_reference_v<T>) {
      T reference = std::forward<U>(value);
      ::new (future.place()) internal::Stored<T>(std::addressof(reference));
    } else {
      ::new (future.place()) internal::Stored<T>(std::forward<U>(value));
    }
    future.finish();
  }
  void set_result() const
    requires std::is_void_v<T>
  {
    settable().finish();
  }
  // As AnyFuture's, with the typed handle.
  template <class F>
    requires std::invocable<F, Future<T>> || std::invocable<F, AnyFuture>
  void add_done_callback(F&& function, CallOptions options = {}) const {
    if constexpr (std::invocable<F, Future<T>>) {
      add_callback<Future<T>>(std::forward<F>(function), options);
    } else {
      add_callback<AnyFuture>(std::forward<F>(function), options);
    }
  }
  // Waits until it is done; gives what result() does. When the task that waits is cancelled, so is this future.
  auto operator co_await() const& { return internal::FutureAwaiter<T>(core_or_throw()); }
  auto operator co_await() && { return internal::FutureAwaiter<T>(this->take_core()); }

 protected:
  using AnyFuture::AnyFuture;

 private:
  friend struct internal::LoopAccess;
  friend class EventLoop;
  explicit Future(internal::LoopCore& loop)
      : AnyFuture(internal::CoreRef<internal::LoopFuture>::adopt(new internal::TypedLoopFuture<T>(loop))) {}
  [[nodiscard]] internal::LoopFuture& settable() const {
    internal::LoopFuture& future = core();
    if (future.as_task() != nullptr) throw RuntimeError("Task does not support set_result operation");
    future.require_pending();
    return future;
  }
};

template <class T>
Future<T> AnyFuture::get() const {
  if (core().result_type() != typeid(T)) throw_type(core().result_type(), typeid(T));
  return internal::LoopAccess::handle<Future<T>>(core_);
}

// Python: asyncio.isfuture.
template <class A>
constexpr bool isfuture(const A& /*object*/) noexcept {
  return std::derived_from<A, AnyFuture>;
}

}  // namespace skein::inline v0::asyncio

template <>
struct std::hash<skein::asyncio::AnyFuture> {
  std::size_t operator()(const skein::asyncio::AnyFuture& future) const noexcept {
    return std::hash<const void*>()(future.core_.get());
  }
};
template <class T>
struct std::hash<skein::asyncio::Future<T>> : std::hash<skein::asyncio::AnyFuture> {};

#endif  // SKEIN_ASYNCIO_FUTURE_H_
