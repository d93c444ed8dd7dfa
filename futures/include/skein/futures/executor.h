// skein/futures/executor.h - something that runs callables later. Python: concurrent.futures.Executor.
#ifndef SKEIN_FUTURES_EXECUTOR_H_
#define SKEIN_FUTURES_EXECUTOR_H_

#include <skein/core/export.h>
#include <skein/futures/future.h>
#include <skein/futures/internal/map.h>
#include <skein/futures/internal/task.h>

#include <concepts>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::futures {

// What an executor is given: a callable with its arguments, and the future that it completes. Moves.
//
// Lifetime: one that is dropped without having been run ends its future with BrokenExecutor.
class SKEIN_API WorkItem {
 public:
  WorkItem(WorkItem&&) noexcept = default;
  WorkItem& operator=(WorkItem&& other) noexcept;
  ~WorkItem() { drop(); }

  // Runs it here and now, unless it has been cancelled; then who waits for it is told. Once; what the callable throws
  // goes to the future. Nothing happens if it was moved from.
  void run();
  // Its future.
  [[nodiscard]] AnyFuture future() const { return internal::Access::handle<AnyFuture>(core_); }

 private:
  friend class Executor;
  friend class ThreadPoolExecutor;
  explicit WorkItem(internal::CoreRef<internal::FutureCore> core) noexcept : core_(std::move(core)) {}
  void drop() noexcept;

  internal::CoreRef<internal::FutureCore> core_;
};

// The interface that programs are written against: to run elsewhere, they make another executor. Derived classes say
// in execute() what happens with a WorkItem; submit() and map() are the same for all.
//
// Threads:  submit(), map() and shutdown() from any thread, at any time.
class SKEIN_API Executor {
 public:
  // The keyword arguments of shutdown.
  struct ShutdownOptions {
    bool wait = true;
    bool cancel_futures = false;
  };

  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor();

  // Schedules function(args...), called as by std::invoke with copies (a reference travels as std::ref), and returns
  // its future. A callable that takes a std::stop_token first gets one: cancel() of the running future trips it.
  // Errors: RuntimeError ("cannot schedule new futures after shutdown"), BrokenExecutor.
  template <class F, class... Args>
  auto submit(F&& function, Args&&... args) {
    static_assert(
        internal::Submittable<F, Args...>,
        "skein: the callable cannot be called with these arguments; they are copied and passed as rvalues, so "
        "a reference parameter needs std::ref (see futures::Executor::submit)");
    using R = typename internal::SubmitResult<F, Args...>::type;
    using Task = internal::BoundTask<R, internal::TakesStopToken<F, Args...>, std::decay_t<F>, std::decay_t<Args>...>;
    // Two references in one: the handle's and the work's.
    auto* const task = new Task(2, std::forward<F>(function), std::forward<Args>(args)...);
    auto future = internal::Access::handle<Future<R>>(internal::CoreRef<internal::FutureCore>::adopt(task));
    hand_over(internal::CoreRef<internal::FutureCore>::adopt(task));
    return future;
  }

  // function(x, y, ...) for the elements of the ranges, to the end of the shortest one; the results in their order, as
  // an input range. All calls are submitted now, or `buffersize` of them and the next whenever a result is taken (the
  // ranges may then be endless). `chunksize` calls go into one task. Of elements, copies are passed.
  // Iterating throws TimeoutError if a result is not there `timeout` seconds after the call of map(), or what the call
  // threw; either, and the end of the range object, cancels what has not begun, if iteration has. A range that nobody
  // iterates cancels nothing.
  // Errors: ValueError if `chunksize` or `buffersize` is less than 1; as submit().
  template <class F, std::ranges::input_range... Ranges>
    requires(sizeof...(Ranges) > 0 && !std::same_as<std::remove_cvref_t<F>, MapOptions>)
  auto map(F&& function, Ranges&&... ranges) {
    return map(MapOptions{}, std::forward<F>(function), std::forward<Ranges>(ranges)...);
  }
  template <class F, std::ranges::input_range... Ranges>
    requires(sizeof...(Ranges) > 0)
  auto map(MapOptions options, F&& function, Ranges&&... ranges) {
    static_assert(std::invocable<std::decay_t<F>&, std::ranges::range_value_t<Ranges>...>,
                  "skein: the callable cannot be called with elements of these ranges (see futures::Executor::map)");
    using R = std::invoke_result_t<std::decay_t<F>&, std::ranges::range_value_t<Ranges>...>;
    return internal::make_map<R>(*this, options, std::forward<F>(function), std::forward<Ranges>(ranges)...);
  }

  // No more submits. `wait`: returns when all that was submitted is through. `cancel_futures`: what has not begun is
  // cancelled. May be called again.
  virtual void shutdown(ShutdownOptions options) = 0;
  void shutdown() { shutdown(ShutdownOptions{}); }
  template <std::same_as<bool> B>
  void shutdown(B wait) {
    shutdown(ShutdownOptions{.wait = wait});
  }

 protected:
  Executor() = default;

  // Takes the work over, to run() it later, in any thread. May throw: then submit() throws that.
  virtual void execute(WorkItem item) = 0;

 private:
  friend class ThreadPoolExecutor;
  template <class E, class R, class G, class Source>
  friend class internal::MapResults;
  // For map().
  template <class R, class F, class Element>
  auto submit_chunk(const std::shared_ptr<F>& function, std::vector<Element> elements) {
    return submit(internal::run_chunk<R, F, Element>, function, std::move(elements));
  }
  // The pool's short way past WorkItem.
  virtual void hand_over(internal::CoreRef<internal::FutureCore> core);

  const std::shared_ptr<const void> alive_ = std::make_shared<char>();  // For map().
};

}  // namespace skein::inline v0::futures

#endif  // SKEIN_FUTURES_EXECUTOR_H_
