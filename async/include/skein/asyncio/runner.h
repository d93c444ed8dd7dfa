// skein/asyncio/runner.h - a loop from its beginning to its end. Python: asyncio.run, Runner.
#ifndef SKEIN_ASYNCIO_RUNNER_H_
#define SKEIN_ASYNCIO_RUNNER_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/task.h>
#include <skein/core/context.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace skein::inline v0::asyncio {

// What makes a Runner's loop: anything that returns one when it is called, asyncio::new_event_loop too. Empty: none.
class LoopFactory {
 public:
  // NOLINTBEGIN(google-explicit-constructor)
  LoopFactory(std::nullptr_t /*none*/ = nullptr) noexcept {}
  template <class F>
    requires(std::is_invocable_r_v<EventLoop, F&> && !std::same_as<std::remove_cvref_t<F>, LoopFactory>)
  LoopFactory(F&& make) : make_(std::forward<F>(make)) {}
  LoopFactory(EventLoop (*make)(LoopOptions)) : make_([make] { return make({}); }) {}
  // NOLINTEND(google-explicit-constructor)
  explicit operator bool() const noexcept { return static_cast<bool>(make_); }
  EventLoop operator()() const { return make_(); }

 private:
  std::function<EventLoop()> make_;
};

// The keyword arguments of run and Runner.
struct RunnerOptions {
  std::optional<bool> debug = std::nullopt;
  LoopFactory loop_factory = nullptr;  // With one, `clock` and `seed` do not count.
  Clock clock = Clock::kReal;          // See LoopOptions.
  std::optional<std::uint64_t> seed = std::nullopt;
  // How long close() waits for the tasks that it has cancelled. Those that go on are reported then, and dropped with
  // the loop. None: as long as it takes, as CPython.
  skein::Timeout shutdown_timeout = None;
};

// Runs coroutines in one loop, and cleans up after them. Python: asyncio.Runner; its `with` is a block here.
//
// Signals:  in the main thread, while run() runs, and if SIGINT would end the process: the first Ctrl-C cancels the
//           coroutine, and run() throws KeyboardInterrupt when it is through; the second one ends the loop with it.
//           A third one that comes while a callback keeps the loop from seeing any ends the process.
// Lifetime: the destructor is close(); what that throws is reported.
class SKEIN_API Runner {
 public:
  explicit Runner(RunnerOptions options);
  Runner() : Runner(RunnerOptions{}) {}
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner();

  // Runs it to its end in a task, in the runner's context or the given one. Gives its result or throws its exception.
  // Errors: RuntimeError ("Runner.run() cannot be called from a running event loop"; "Runner is closed").
  template <class T>
  T run(Coroutine<T> coroutine) {
    return run_task(make(std::move(coroutine), nullptr));
  }
  template <class T>
  T run(const contextvars::Context& context, Coroutine<T> coroutine) {
    return run_task(make(std::move(coroutine), &context));
  }
  template <class F, class... Args>
    requires internal::CoroutineFunction<F, Args...>
  auto run(F&& function, Args&&... args) {
    return run(internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
  }
  template <class F, class... Args>
    requires internal::CoroutineFunction<F, Args...>
  auto run(const contextvars::Context& context, F&& function, Args&&... args) {
    return run(context, internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
  }
  // The loop; makes it first. Errors: RuntimeError ("Runner is closed").
  [[nodiscard]] EventLoop get_loop();
  // Cancels all tasks and waits for them, shuts the default executor down, closes the loop. May be called again.
  void close();

 private:
  enum class State : bool { kOpen, kClosed };
  void require_open();
  template <class T>
  Task<T> make(Coroutine<T> coroutine, const contextvars::Context* context) {
    require_open();
    return get_loop().create_task({.context = context != nullptr ? context : &*context_}, std::move(coroutine));
  }
  template <class T>
  T run_task(Task<T> task) {
    run_until_done(task);
    return task.result();
  }
  void run_until_done(const AnyTask& task);

  RunnerOptions options_;
  State state_ = State::kOpen;
  bool sets_loop_ = false;  // By set_event_loop().
  std::optional<EventLoop> loop_;
  std::optional<contextvars::Context> context_;
};

// The house's own. Errors: RuntimeError ("asyncio.run() cannot be called from a running event loop").
SKEIN_API void require_no_running_loop();

// Python: asyncio.run(main, *, debug=None, loop_factory=None). Runs it in a new loop, to the end of everything.
// Errors: what it throws; what the loop's end throws; KeyboardInterrupt; RuntimeError ("asyncio.run() cannot be called
// from a running event loop").
template <class T>
T run(RunnerOptions options, Coroutine<T> main) {
  require_no_running_loop();
  Runner runner(std::move(options));
  if constexpr (std::is_void_v<T>) {
    runner.run(std::move(main));
    runner.close();
  } else {
    T result = runner.run(std::move(main));
    runner.close();
    return result;
  }
}
template <class T>
T run(Coroutine<T> main) {
  return run(RunnerOptions(), std::move(main));
}
// With copies of the arguments, which the run keeps, as it does the callable.
template <class F, class... Args>
  requires internal::CoroutineFunction<F, Args...>
auto run(F&& function, Args&&... args) {
  return run(internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
}
template <class F, class... Args>
  requires internal::CoroutineFunction<F, Args...>
auto run(RunnerOptions options, F&& function, Args&&... args) {
  return run(std::move(options), internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
}

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_RUNNER_H_
