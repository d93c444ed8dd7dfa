// skein/multiprocessing/pool.h - a pool of processes. Python: multiprocessing.Pool, multiprocessing.pool.
#ifndef SKEIN_MULTIPROCESSING_POOL_H_
#define SKEIN_MULTIPROCESSING_POOL_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/async_result.h>
#include <skein/multiprocessing/imap_iterator.h>
#include <skein/multiprocessing/internal/pool_core.h>
#include <skein/multiprocessing/internal/pool_imap.h>
#include <skein/multiprocessing/internal/pool_jobs.h>
#include <skein/multiprocessing/internal/pool_map.h>
#include <skein/multiprocessing/internal/work.h>
#include <skein/multiprocessing/pool_methods.h>
#include <skein/multiprocessing/pool_options.h>
#include <skein/multiprocessing/worker_lost.h>

#include <concepts>
#include <functional>
#include <memory>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing {

// Calls functions in worker processes.
//
//   multiprocessing::Pool pool(4);
//   std::vector<int> squares = pool.map(square, numbers);
//   auto result = pool.apply_async({.callback = show}, power, 2, 10);
//   int value = result.get(5);
//
// What may be given to a worker, whatever the start method: a function, a captureless lambda or a function object that
// travels, with arguments and a result that travel (skein/pickle.h). What may not, does not compile. Arguments are
// copied while they are submitted; one that cannot be pickled after all is the call's failure. What a call throws comes
// back as its own type, or as RemoteError.
//
// All workers are started by the constructor and are daemons: they may have no children, and so no pools of their own.
// One that ends, whatever the reason, is replaced.
//
// Threads:  any member, from any thread, at any time. Results come, and callbacks are called, in one thread of the
//           pool's, one at a time; only a failure before a call is submitted is told where it is submitted. What a
//           callback throws goes to threading::excepthook, and the result is there all the same. (In CPython the pool
//           is lost by that.) In a callback one may submit, close and terminate, but not wait for results.
// Lifetime: the destructor is terminate(), as the end of Python's `with` block; so is the end of the process. What has
//           no result then fails: nobody waits for ever. Results may outlive their pool.
// Order:    calls begin in the order of their submission.
// Death:    a call whose worker ends in the middle of it fails with WorkerLost, or as `on_worker_lost` says; all others
//           are not touched. (In CPython nobody ever hears of that call.)
// Fork:     in a forked child there are no workers: a RuntimeError; the destructor does nothing.
class SKEIN_API Pool : public PoolMethods<Pool> {
 public:
  using Options = PoolOptions;
  template <class F, class... Args>
  using Result = internal::CallResult<F, Args...>;

  // Errors: ValueError ("Number of processes must be at least 1", "maxtasksperchild must be a positive int or None");
  // AssertionError in a daemon, which may have no children; OSError and others as Process::start().
  explicit Pool(Options options);
  Pool() : Pool(Options{}) {}
  explicit Pool(OptionalCount processes) : Pool(Options{.processes = processes}) {}
  // Python: initializer=, initargs=. Called first in each worker. If it throws, the worker is replaced; if that goes
  // on, the pool is broken: all calls fail. (CPython starts workers for ever.) Errors: TypeError if it cannot travel.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  Pool(Options options, F&& initializer, Args&&... initargs)
      : Pool(std::move(options), internal::bind_work(std::forward<F>(initializer), std::forward<Args>(initargs)...)) {}
  // The same by position, as in Python.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, Args...>
  Pool(OptionalCount processes, F&& initializer, std::tuple<Args...> initargs = {},
       OptionalCount maxtasksperchild = None, internal::PoolContext context = None)
      : Pool(Options{.processes = processes, .maxtasksperchild = maxtasksperchild, .context = context},
             std::apply(
                 [&](Args&... args) { return internal::bind_work(std::forward<F>(initializer), std::move(args)...); },
                 initargs)) {}
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // function(args...) in a worker; waits for what it returns.
  // Errors: what it threw; ValueError ("Pool not running"); as AsyncResult::get().
  template <class F, class... Args>
  Result<F, Args...> apply(F&& function, Args&&... args) {
    return apply_async(std::forward<F>(function), std::forward<Args>(args)...).take();
  }
  // The same without waiting. The options come first.
  // Errors: ValueError ("Pool not running"); ProcessError if the pool is broken; OSError if there is no worker and none
  // can be started. (What is wrong with the arguments, the result says.)
  template <class F, class... Args>
  AsyncResult<Result<F, Args...>> apply_async(F&& function, Args&&... args) {
    return submit<F, Args...>({}, function, args...);
  }
  template <class F, class... Args>
  AsyncResult<Result<F, Args...>> apply_async(ApplyOptions<Result<F, Args...>> options, F&& function, Args&&... args) {
    return submit<F, Args...>(std::move(options), function, args...);
  }

  // No more calls; the workers end when those there are have ended. Closed already: does nothing.
  void close();
  // Ends the workers at once: by SIGTERM, and a second later by SIGKILL. What has no result fails with ProcessError.
  // Returns when they have ended, unless it is called in a callback. Terminated already: does nothing.
  void terminate();
  // Returns when the workers have ended.
  // Errors: ValueError ("Pool is still running") before close() or terminate(); RuntimeError ("cannot join current
  // thread") in a callback.
  void join();

  // Beyond Python: how things stand.
  [[nodiscard]] PoolStats stats() const;

 private:
  friend PoolMethods<Pool>;
  Pool(Options options, std::unique_ptr<internal::Work> initializer);

  template <class F, class... Args>
  AsyncResult<Result<F, Args...>> submit(ApplyOptions<Result<F, Args...>> options, const std::decay_t<F>& function,
                                         const std::decay_t<Args>&... args) {
    internal::check_portable_call<std::decay_t<F>, std::decay_t<Args>...>();
    using Job = internal::ApplyJob<Result<F, Args...>>;
    core_->check_running();
    auto job = std::make_shared<Job>(core_.get(), std::move(options.callback), std::move(options.error_callback));
    if (!options.timeout.unlimited()) job->deadline = Deadline(options.timeout);
    job->on_worker_lost = options.on_worker_lost;
    Job::submit(job, *core_, function, args...);
    return AsyncResult<Result<F, Args...>>(std::move(job));
  }
  template <template <class> class Arguments, class F, class Range>
  auto start_map(MapAsyncOptions<internal::MapResultOf<Arguments, F, Range>> options, const F& function,
                 Range& iterable) {
    using R = internal::MapResultOf<Arguments, F, Range>;
    core_->check_running();
    return AsyncResult<std::vector<internal::PoolValue<R>>>(internal::start_map<R, Arguments, std::decay_t<F>>(
        *core_, options.chunksize, std::move(options.callback), std::move(options.error_callback), function, iterable));
  }
  template <class F, class Range>
  auto start_imap(bool ordered, const ImapOptions& options, F&& function, Range&& iterable) {
    using Function = std::decay_t<F>;
    using View = std::views::all_t<Range>;
    internal::check_portable_call<Function, std::ranges::range_value_t<View>>();
    using Source = internal::ImapSource<Function, View>;
    core_->check_running();
    const auto [chunksize, ahead] = internal::imap_sizes(options.chunksize, options.buffersize, core_->workers());
    auto source = std::make_shared<Source>(core_, ordered, ahead, chunksize, std::forward<F>(function),
                                           std::views::all(std::forward<Range>(iterable)));
    IMapIterator<typename Source::R> results(source, chunksize > 1);
    if (!std::ranges::sized_range<View> || internal::read_at_once(*source, *core_)) core_->read(source);
    return results;
  }

  std::shared_ptr<internal::PoolCore> core_;
};

// Python: import multiprocessing.pool.
namespace pool {
using multiprocessing::AsyncResult;
using multiprocessing::IMapIterator;
using multiprocessing::Pool;
template <class T>
using ApplyResult = AsyncResult<T>;
template <class T>
using MapResult = AsyncResult<std::vector<T>>;
template <class T>
using IMapUnorderedIterator = IMapIterator<T>;
}  // namespace pool

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_POOL_H_
