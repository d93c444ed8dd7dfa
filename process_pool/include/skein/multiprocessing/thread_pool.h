// skein/multiprocessing/thread_pool.h - Pool's face over threads. Python: multiprocessing.pool.ThreadPool.
#ifndef SKEIN_MULTIPROCESSING_THREAD_POOL_H_
#define SKEIN_MULTIPROCESSING_THREAD_POOL_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/futures/thread_pool_executor.h>
#include <skein/multiprocessing/async_result.h>
#include <skein/multiprocessing/imap_iterator.h>
#include <skein/multiprocessing/internal/pool_imap.h>
#include <skein/multiprocessing/internal/pool_map.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/multiprocessing/internal/thread_pool_core.h>
#include <skein/multiprocessing/internal/thread_pool_jobs.h>
#include <skein/multiprocessing/pool_methods.h>
#include <skein/multiprocessing/pool_options.h>

#include <concepts>
#include <functional>
#include <memory>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing {

// The keyword arguments of ThreadPool, but for initargs: a callable and its arguments may follow them.
struct ThreadPoolOptions {
  OptionalCount processes = None;               // None: one for each usable processor.
  std::function<void()> initializer = nullptr;  // Called first in each worker.
};
// Those of its apply_async, of a function that returns R.
template <class R>
struct ThreadApplyOptions {
  internal::ResultCallback<R> callback = nullptr;    // Called with the result.
  internal::ErrorCallback error_callback = nullptr;  // Called with the exception.
};

// Calls functions in threads. A program that uses a Pool changes over in one line; anything can be called here, with
// any arguments, which are copied (a reference travels as std::ref).
//
// Threads:  any member, from any thread, at any time. Callbacks are called in one thread of the pool's, one at a time;
//           what one throws goes to threading::excepthook, and the result is there all the same.
// Lifetime: the destructor is terminate(), as the end of Python's `with` block; it waits for calls that have begun,
//           since nothing stops a thread. (CPython leaves them alone.) In a thread of the pool's own, in a call or a
//           callback, it does not wait: the threads end when they are through. One that lives when the process exits is
//           terminated then. Results may outlive their pool.
// Order:    calls begin in the order of their submission.
// Blocking: as in CPython, a call that waits for another call of its own pool may wait for ever.
// Cost:     workers are started when they are needed. (CPython: all by the constructor.)
// Sharing:  map() and imap() copy the function once, and all workers call that copy, at the same time.
// Fork:     in a forked child there are no workers: a RuntimeError; the destructor does nothing.
class SKEIN_API ThreadPool : public PoolMethods<ThreadPool> {
 public:
  using Options = ThreadPoolOptions;
  template <class F, class... Args>
  using Result = internal::CallResult<F, Args...>;

  // Errors: ValueError ("Number of processes must be at least 1").
  explicit ThreadPool(Options options);
  ThreadPool() : ThreadPool(Options{}) {}
  explicit ThreadPool(OptionalCount processes) : ThreadPool(Options{.processes = processes}) {}
  // Python: initializer=, initargs=. Called with copies of the arguments, first in each worker. If it throws, all calls
  // fail with futures::BrokenThreadPool. (In CPython they never end.)
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>&, std::decay_t<Args>&...>
  ThreadPool(Options options, F&& initializer, Args&&... initargs)
      : ThreadPool(with_initializer(options.processes, std::forward<F>(initializer),
                                    std::tuple<std::decay_t<Args>...>(std::forward<Args>(initargs)...))) {}
  // The same by position, as in Python.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>&, Args&...>
  ThreadPool(OptionalCount processes, F&& initializer, std::tuple<Args...> initargs = {})
      : ThreadPool(with_initializer(processes, std::forward<F>(initializer), std::move(initargs))) {}
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // As the members of Pool of these names; ProcessError stands for a pool that has been terminated there, too.
  template <class F, class... Args>
  Result<F, Args...> apply(F&& function, Args&&... args) {
    return apply_async(std::forward<F>(function), std::forward<Args>(args)...).take();
  }
  template <class F, class... Args>
  AsyncResult<Result<F, Args...>> apply_async(F&& function, Args&&... args) {
    return apply_async(ThreadApplyOptions<Result<F, Args...>>{}, std::forward<F>(function),
                       std::forward<Args>(args)...);
  }
  template <class F, class... Args>
  AsyncResult<Result<F, Args...>> apply_async(ThreadApplyOptions<Result<F, Args...>> options, F&& function,
                                              Args&&... args) {
    static_assert(std::invocable<std::decay_t<F>&, std::decay_t<Args>...>,
                  "skein: the callable cannot be called with these arguments; they are copied and passed as rvalues, "
                  "so a reference parameter needs std::ref (see multiprocessing::ThreadPool)");
    using R = Result<F, Args...>;
    core_->check_running();
    auto result =
        internal::make_result<R>(*core_, "ApplyResult", std::move(options.callback), std::move(options.error_callback));
    using Work = internal::ApplyWork<R, std::decay_t<F>, std::decay_t<Args>...>;
    internal::submit_work(*core_, Work{result, std::forward<F>(function), {std::forward<Args>(args)...}});
    return AsyncResult<R>(std::move(result));
  }

  // No more calls; what was submitted is finished. Closed already: does nothing.
  void close();
  // No more calls; what has not begun fails with ProcessError. Does not wait. Terminated already: does nothing.
  void terminate();
  // Returns when the workers have ended.
  // Errors: ValueError ("Pool is still running") before close() or terminate(); RuntimeError ("cannot join current
  // thread") in a worker or a callback.
  void join();

  // Beyond Python: how things stand.
  [[nodiscard]] futures::PoolStats stats() const { return core_->stats(); }

 private:
  friend PoolMethods<ThreadPool>;
  template <class F, class... Args>
  static Options with_initializer(OptionalCount processes, F&& initializer, std::tuple<Args...> initargs) {
    using Call = std::pair<std::decay_t<F>, std::tuple<Args...>>;
    return {.processes = processes,
            .initializer = [call = std::make_shared<Call>(std::forward<F>(initializer), std::move(initargs))] {
              std::apply([&](auto&... args) { std::invoke(call->first, args...); }, call->second);
            }};
  }
  template <template <class> class Arguments, class F, class Range>
  auto start_map(MapAsyncOptions<internal::MapResultOf<Arguments, F, Range>> options, F&& function, Range& iterable) {
    using R = internal::MapResultOf<Arguments, F, Range>;
    core_->check_running();
    return AsyncResult<std::vector<internal::PoolValue<R>>>(internal::start_thread_map<R, Arguments, std::decay_t<F>>(
        *core_, options.chunksize, std::move(options.callback), std::move(options.error_callback),
        std::forward<F>(function), iterable));
  }
  template <class F, class Range>
  auto start_imap(bool ordered, const ImapOptions& options, F&& function, Range&& iterable) {
    using Source = internal::ThreadImap<std::decay_t<F>, std::views::all_t<Range>>;
    core_->check_running();
    const auto [chunksize, ahead] = internal::imap_sizes(options.chunksize, options.buffersize, core_->workers());
    auto source = std::make_shared<Source>(core_, ordered, ahead, chunksize, std::forward<F>(function),
                                           std::views::all(std::forward<Range>(iterable)));
    IMapIterator<typename Source::R> results(source, chunksize > 1);
    core_->add(source);
    return results;
  }

  std::shared_ptr<internal::ThreadPoolCore> core_;
};

// Python's own place for it.
namespace pool {
using multiprocessing::ThreadPool;
}  // namespace pool

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_THREAD_POOL_H_
