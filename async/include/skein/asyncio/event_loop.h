// skein/asyncio/event_loop.h - what runs callbacks and tasks. Python: asyncio.AbstractEventLoop, Handle, TimerHandle.
#ifndef SKEIN_ASYNCIO_EVENT_LOOP_H_
#define SKEIN_ASYNCIO_EVENT_LOOP_H_

#include <skein/asyncio/future.h>
#include <skein/asyncio/internal/loop_core.h>
#include <skein/asyncio/task.h>
#include <skein/core/callable.h>
#include <skein/core/context.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/futures/executor.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace skein::inline v0::asyncio {

// A callback that the loop will run. Python: asyncio.Handle. Copies refer to the same one.
//
// Threads:  the loop's own thread only, but for copying and dropping.
class SKEIN_API Handle {
 public:
  // It will not be called. Nothing happens if it was called, or cancelled before.
  void cancel() { callback_->cancel(); }
  [[nodiscard]] bool cancelled() const { return callback_->cancelled; }
  // The context that it is called in.
  [[nodiscard]] contextvars::Context get_context() const { return callback_->context.context(); }
  friend bool operator==(const Handle& a, const Handle& b) noexcept { return a.callback_.get() == b.callback_.get(); }
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const Handle& handle);

 protected:
  friend class EventLoop;
  friend class internal::Callback;
  explicit Handle(internal::CoreRef<internal::Callback> callback) noexcept : callback_(std::move(callback)) {}
  internal::CoreRef<internal::Callback> callback_;
};

// Python: asyncio.TimerHandle.
class SKEIN_API TimerHandle : public Handle {
 public:
  // When it is due, by the loop's time().
  [[nodiscard]] double when() const;

 private:
  friend class EventLoop;
  using Handle::Handle;
};

// What an exception handler is told. Python: the dictionary `context`.
struct ExceptionContext {
  std::string message;
  std::exception_ptr exception = nullptr;
  std::optional<AnyFuture> future = std::nullopt;
  std::optional<AnyTask> task = std::nullopt;
  std::optional<Handle> handle = std::nullopt;
};
// Is told what took long, and how many seconds.
using SlowCallbackHandler = std::function<void(const std::string& what, double seconds)>;

// What a loop's time is.
enum class Clock : std::uint8_t {
  kReal,  // The monotonic clock.
  // For tests: begins at 0, and jumps to the next timer as soon as there is nothing else to do, so that what sleeps for
  // minutes takes microseconds, in the same order. It stands still while a job runs in an executor. Descriptors count
  // when they are ready at that moment.
  kVirtual,
};

// How a loop is to be. Beyond Python.
struct LoopOptions {
  Clock clock = Clock::kReal;
  // For tests: the steps of the tasks that are ready in a round run in an order that this number decides, the same in
  // every run; callbacks stay in their places. A program that is right only in Python's order fails for some seeds.
  std::optional<std::uint64_t> seed = std::nullopt;
};

class EventLoop;
// Python: what loop.set_exception_handler() takes.
using ExceptionHandler = std::function<void(EventLoop, const ExceptionContext&)>;

// The event loop: one thread that runs callbacks in the order of their coming, wakes tasks when what they wait for is
// there, and sleeps in between. Python: asyncio.AbstractEventLoop; Python's name is an alias. A handle: copies refer to
// the same loop, == goes by that.
//
// Threads:  only the thread that runs it, but for call_soon_threadsafe(), is_running(), is_closed(), time() and
//           copying or dropping handles.
// Order:    as CPython's: callbacks first in, first out; what was ready when a round began runs in that round; timers
//           of one time by the order of their making; readiness of descriptors is asked in every round.
// Lifetime: lives while a handle does, or while it runs. Tasks that are pending when it goes are reported and dropped.
class SKEIN_API EventLoop {
 public:
  // Python: loop.run_forever(). Runs until stop(). Errors: RuntimeError ("This event loop is already running"; "Event
  // loop is closed"; "Cannot run the event loop while another loop is running").
  void run_forever();
  // Python: loop.run_until_complete(future). Runs until it is done; gives its result or throws its exception.
  // Errors: as run_forever(); RuntimeError ("Event loop stopped before Future completed.").
  template <class T>
  T run_until_complete(Future<T> future) {
    run_until_done(future);
    return future.result();
  }
  template <class T>
  T run_until_complete(Task<T> task) {
    return run_until_complete(static_cast<Future<T>>(task));
  }
  template <class T>
  T run_until_complete(Coroutine<T> coroutine) {
    require_runnable();  // First: a coroutine that is refused does not become a task.
    Task<T> task = create_task(std::move(coroutine));
    run_until_done(task);
    return task.result();
  }
  template <class F, class... Args>
    requires internal::CoroutineFunction<F, Args...>
  auto run_until_complete(F&& function, Args&&... args) {
    return run_until_complete(internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
  }
  // The round that runs is the last one.
  void stop();
  [[nodiscard]] bool is_running() const;
  [[nodiscard]] bool is_closed() const;
  // Drops all that is queued, and the default executor without waiting for it. May be called again.
  // Errors: RuntimeError ("Cannot close a running event loop").
  void close();

  // Python: loop.time(). Seconds on the monotonic clock.
  [[nodiscard]] double time() const;

  // Python: loop.call_soon(callback, *args, context=None). `args` are copied; a reference travels as std::ref.
  // What the callback throws goes to the exception handler. Errors: RuntimeError ("Event loop is closed").
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  Handle call_soon(F&& callback, Args&&... args) {
    return call_soon(CallOptions{}, std::forward<F>(callback), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  Handle call_soon(CallOptions options, F&& callback, Args&&... args) {
    return queue(make(options, Due{}, std::forward<F>(callback), std::forward<Args>(args)...));
  }
  // The same from any thread, and the loop is woken. In the loop's own thread it is call_soon().
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  Handle call_soon_threadsafe(F&& callback, Args&&... args) {
    return call_soon_threadsafe(CallOptions{}, std::forward<F>(callback), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  Handle call_soon_threadsafe(CallOptions options, F&& callback, Args&&... args) {
    return queue_threadsafe(make(options, Due{}, std::forward<F>(callback), std::forward<Args>(args)...));
  }
  // Python: loop.call_later(delay, callback, *args). After `delay`, at once if that is not positive; never if it is
  // None or too long to count. Errors: ValueError if it is NaN.
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  TimerHandle call_later(skein::Timeout delay, F&& callback, Args&&... args) {
    return call_later(delay, CallOptions{}, std::forward<F>(callback), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  TimerHandle call_later(skein::Timeout delay, CallOptions options, F&& callback, Args&&... args) {
    return schedule(make(options, after(delay), std::forward<F>(callback), std::forward<Args>(args)...));
  }
  // Python: loop.call_at(when, callback, *args). `when` by time().
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  TimerHandle call_at(double when, F&& callback, Args&&... args) {
    return call_at(when, CallOptions{}, std::forward<F>(callback), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires internal::CallableLater<F, Args...>
  TimerHandle call_at(double when, CallOptions options, F&& callback, Args&&... args) {
    return schedule(make(options, at(when), std::forward<F>(callback), std::forward<Args>(args)...));
  }

  // Python: loop.create_future().
  template <class T = void>
  [[nodiscard]] Future<T> create_future() {
    return Future<T>(core());
  }
  // Python: loop.create_task(coro, *, name=None, context=None). See asyncio::create_task.
  template <class T>
  Task<T> create_task(Coroutine<T> coroutine) {
    return internal::make_task(core(), {}, std::move(coroutine));
  }
  template <class T>
  Task<T> create_task(TaskOptions options, Coroutine<T> coroutine) {
    return internal::make_task(core(), options, std::move(coroutine));
  }
  template <class F, class... Args>
    requires internal::CoroutineFunction<F, Args...>
  auto create_task(F&& function, Args&&... args) {
    return create_task(internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
  }
  template <class F, class... Args>
    requires internal::CoroutineFunction<F, Args...>
  auto create_task(TaskOptions options, F&& function, Args&&... args) {
    return create_task(options, internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
  }

  // Python: loop.run_in_executor(executor, func, *args). None: the default one, a ThreadPoolExecutor that is made when
  // it is first needed. Calls the submit() of the executor's own type, so that a ProcessPoolExecutor does. Cancelling
  // the future cancels a job that has not begun; one that runs is not stopped and keeps its arguments, unless its
  // executor stops it (see ProcessPoolExecutorOptions::cancel_kills). Errors: RuntimeError ("Executor shutdown has been
  // called"; "Event loop is closed"); as submit().
  template <std::derived_from<futures::Executor> E, class F, class... Args>
  auto run_in_executor(E& executor, F&& function, Args&&... args);
  template <class F, class... Args>
  auto run_in_executor(NoneType, F&& function, Args&&... args);
  // Errors: RuntimeError if the default executor was shut down.
  void set_default_executor(std::shared_ptr<futures::Executor> executor);
  // Waits in a thread until all jobs of the default executor are through, at most `timeout`, after which it lets go.
  [[nodiscard]] Coroutine<> shutdown_default_executor(skein::Timeout timeout = None);
  // Closes all asynchronous generators that began in this loop and are not through; what one throws goes to the
  // exception handler.
  [[nodiscard]] Coroutine<> shutdown_asyncgens();

  // Python: loop.add_reader(fd, callback, *args), add_writer. The callback is called in every round in which the
  // descriptor is ready, instead of the one that was registered for it before.
  // Errors: OSError (a bad descriptor, or one that cannot be polled); RuntimeError ("Event loop is closed").
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>&, std::decay_t<Args>&...>
  void add_reader(int fd, F&& callback, Args&&... args) {
    watch(fd, false, repeatable(std::forward<F>(callback), std::forward<Args>(args)...));
  }
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>&, std::decay_t<Args>&...>
  void add_writer(int fd, F&& callback, Args&&... args) {
    watch(fd, true, repeatable(std::forward<F>(callback), std::forward<Args>(args)...));
  }
  // True if there was one. Works for a descriptor that has been closed meanwhile.
  bool remove_reader(int fd) { return unwatch(fd, false); }
  bool remove_writer(int fd) { return unwatch(fd, true); }

  // Python: loop.add_signal_handler(sig, callback, *args). The callback is called in the loop, at least once after each
  // signal. Errors: ValueError (no such signal); RuntimeError (it cannot be caught; not in the main thread).
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>&, std::decay_t<Args>&...>
  void add_signal_handler(int sig, F&& callback, Args&&... args) {
    on_signal(sig, repeatable(std::forward<F>(callback), std::forward<Args>(args)...));
  }
  // True if there was one; the default action is back then.
  bool remove_signal_handler(int sig);

  // Python: loop.set_exception_handler(handler); empty (Python: None) brings the default back.
  void set_exception_handler(ExceptionHandler handler);
  [[nodiscard]] ExceptionHandler get_exception_handler() const;
  // Writes to stderr what Python logs.
  void default_exception_handler(const ExceptionContext& context);
  // Calls the handler; what it throws is reported by the default one.
  void call_exception_handler(const ExceptionContext& context);

  // Python: loop.set_task_factory(factory); empty (Python: None) brings the default back.
  void set_task_factory(TaskFactory factory);
  [[nodiscard]] TaskFactory get_task_factory() const;

  // Python: loop.set_debug(enabled). In debug mode callbacks and steps that take long are told of, and a coroutine that
  // was never awaited says where it was called. (That a call comes from a wrong thread is always found.)
  void set_debug(bool enabled);
  [[nodiscard]] bool get_debug() const;
  // Python: the attribute loop.slow_callback_duration, in seconds, 0.1 at first. Errors: ValueError if it is NaN or
  // negative.
  [[nodiscard]] double slow_callback_duration() const;
  void set_slow_callback_duration(double seconds);
  // Beyond Python: is called instead of a line on stderr, in debug mode and without it. Empty: none. What it throws
  // goes to the exception handler. Costs two looks at the clock for each callback.
  void set_slow_callback_handler(SlowCallbackHandler handler);

  friend bool operator==(const EventLoop& a, const EventLoop& b) noexcept { return a.core_.get() == b.core_.get(); }
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const EventLoop& loop);

  // The house's own.
  explicit EventLoop(internal::CoreRef<internal::LoopCore> core) noexcept : core_(std::move(core)) {}
  [[nodiscard]] internal::LoopCore& core() const noexcept { return *core_; }

 private:
  friend class Runner;
  using CallbackRef = internal::CoreRef<internal::Callback>;
  // When a timer is due: to be compared, and as it was given.
  struct Due {
    std::int64_t ns = 0;
    double seconds = 0;
  };

  template <class F, class... Args>
  static CallbackRef make(CallOptions options, Due due, F&& callback, Args&&... args) {
    auto bound = internal::bind_once(std::forward<F>(callback), std::forward<Args>(args)...);
    auto made = CallbackRef::adopt(new internal::CallbackOf<decltype(bound)>(std::move(bound), due.ns));
    made->when_seconds = due.seconds;
    made->context =
        options.context != nullptr ? internal::ContextSlot(*options.context) : internal::ContextSlot::copy_current();
    return made;
  }
  template <class F, class... Args>
  static std::function<void()> repeatable(F&& callback, Args&&... args) {
    struct Bound {
      internal::ContextSlot context;
      std::tuple<std::decay_t<F>, std::decay_t<Args>...> call;
    };
    return [bound = std::make_shared<Bound>(Bound{internal::ContextSlot::copy_current(),
                                                  {std::forward<F>(callback), std::forward<Args>(args)...}})] {
      const internal::ContextSlotEntry entry(bound->context);
      std::apply([](auto& function, auto&... parts) { static_cast<void>(std::invoke(function, parts...)); },
                 bound->call);
    };
  }
  static Due at(double when);
  [[nodiscard]] Due after(skein::Timeout delay) const;
  Handle queue(CallbackRef callback);
  Handle queue_threadsafe(CallbackRef callback);
  TimerHandle schedule(CallbackRef callback);
  void run_until_done(const AnyFuture& future);
  void require_runnable() const;
  void watch(int fd, bool write, std::function<void()> callback);
  bool unwatch(int fd, bool write);
  void on_signal(int sig, std::function<void()> callback);
  [[nodiscard]] std::shared_ptr<futures::Executor> default_executor();

  internal::CoreRef<internal::LoopCore> core_;
};

using AbstractEventLoop = EventLoop;

// Python: asyncio.new_event_loop.
[[nodiscard]] SKEIN_API EventLoop new_event_loop(LoopOptions options = {});
// Python: asyncio.get_running_loop. Errors: RuntimeError ("no running event loop"), also in a child that a coroutine
// has forked: no loop runs there until it runs one.
[[nodiscard]] SKEIN_API EventLoop get_running_loop();
// Python: asyncio.get_event_loop. The running one, or the one that set_event_loop() set for this thread.
// Errors: RuntimeError ("There is no current event loop in thread '...'.").
[[nodiscard]] SKEIN_API EventLoop get_event_loop();
// Python: asyncio.set_event_loop. What get_event_loop() finds in this thread while no loop runs; it lives as long. Set
// already: takes its place. None: there is none any more.
SKEIN_API void set_event_loop(EventLoop loop);
SKEIN_API void set_event_loop(NoneType);

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_EVENT_LOOP_H_
