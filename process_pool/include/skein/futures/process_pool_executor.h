// skein/futures/process_pool_executor.h - a pool of processes. Python: concurrent.futures.ProcessPoolExecutor.
#ifndef SKEIN_FUTURES_PROCESS_POOL_EXECUTOR_H_
#define SKEIN_FUTURES_PROCESS_POOL_EXECUTOR_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/futures/executor.h>
#include <skein/futures/future.h>
#include <skein/futures/internal/initializer.h>
#include <skein/futures/internal/process_call.h>
#include <skein/futures/process_pool_errors.h>
#include <skein/futures/thread_pool_executor.h>
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/multiprocessing/internal/work.h>
#include <skein/multiprocessing/worker_lost.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::futures {

// The keyword arguments of ProcessPoolExecutor, but initargs: a callable and its arguments may follow the options. From
// on_worker_lost on they are beyond Python.
struct ProcessPoolExecutorOptions {
  std::optional<std::int64_t> max_workers = std::nullopt;             // Empty: one for each usable processor.
  std::optional<multiprocessing::Context> mp_context = std::nullopt;  // Empty: the default, see max_tasks_per_child.
  internal::Initializer initializer = {};                             // Called first in each worker.
  std::optional<std::int64_t> max_tasks_per_child = std::nullopt;  // A worker is replaced after so many calls. Not by
                                                                   // fork; makes spawn the default context.
  // What becomes of a call whose worker ends in the middle of it, and of the pool.
  multiprocessing::OnWorkerLost on_worker_lost = multiprocessing::OnWorkerLost::kBreakPool;
  std::uint32_t retries = 3;  // For OnWorkerLost::kRunAgain.
  // cancel() of a running future kills its worker, which is replaced; the future ends with CancelledError as its
  // exception. Without, cancel() of a running future does nothing, as in Python.
  bool cancel_kills = false;
  std::shared_ptr<PoolObserver> observer = nullptr;  // Its workers' names are those of the processes.
};

// Beyond Python: how one call is to be run.
struct SubmitOptions {
  // From the call of submit(). Past it the call is stopped, by killing the worker if it has begun, and its future ends
  // with TimeoutError; the worker is replaced.
  Timeout timeout = None;
  std::optional<multiprocessing::OnWorkerLost> on_worker_lost = std::nullopt;  // Empty: as the pool's.
};

// Runs what is submitted in a fixed number of processes, which are started when they are needed.
//
//   futures::ProcessPoolExecutor executor({.max_workers = 4});
//   auto future = executor.submit(pow, 2, 10);
//
// A program that uses a ThreadPoolExecutor changes over in this one line, as long as what it submits can travel: the
// callable is a function or a captureless lambda, and arguments and results are what skein/pickle.h takes (else it does
// not compile). Since the types must be known for that, submit() and map() hide those of Executor: through an Executor&
// they are a TypeError. With spawn or forkserver, main must begin with multiprocessing::freeze_support(argc, argv).
//
// What a call throws is thrown by result(), as the same type (see skein/pickle.h; RemoteError if the type is not
// known), with its text and the worker's traceback. What cannot be packed, unpacked or made there is an error of that
// one call, never of the pool.
//
// Threads:  any member, from any thread, at any time.
// Lifetime: the destructor is shutdown(wait=True), as the end of Python's `with` block; in a done callback of this pool
//           it does not wait. A pool that lives when the process exits finishes its work first. Workers outlive nobody:
//           they end when this process does, whichever way.
// Order:    calls are given to workers in the order of their submission, and a few in advance: they count as running,
//           as in CPython, and cannot be cancelled any more.
// Callbacks: done callbacks run in a thread of the pool's own, which makes nobody else wait as long as they are quick.
// Death:    a worker that is killed or crashes breaks the pool, by default: what has not ended fails with
//           BrokenProcessPool. See on_worker_lost for other ways. No death of a worker makes anybody wait for ever.
// Fork:     in a forked child there are no workers: submit() is a RuntimeError.
class SKEIN_API ProcessPoolExecutor : public Executor {
 public:
  using Options = ProcessPoolExecutorOptions;

  // Errors: ValueError ("max_workers must be greater than 0", "max_tasks_per_child must be >= 1",
  // "max_tasks_per_child is incompatible with the 'fork' multiprocessing start method; supply a different
  // mp_context.").
  explicit ProcessPoolExecutor(Options options);
  ProcessPoolExecutor() : ProcessPoolExecutor(Options{}) {}
  explicit ProcessPoolExecutor(std::int64_t max_workers,
                               std::optional<multiprocessing::Context> mp_context = std::nullopt)
      : ProcessPoolExecutor(Options{.max_workers = max_workers, .mp_context = std::move(mp_context)}) {}
  explicit ProcessPoolExecutor(NoneType, std::optional<multiprocessing::Context> mp_context = std::nullopt)
      : ProcessPoolExecutor(Options{.mp_context = std::move(mp_context)}) {}
  // Python: initializer=, initargs=. Called with the arguments first in each worker, where what it throws is written to
  // stderr and breaks the pool. Unless workers are made by fork, it has to travel, as what is submitted.
  template <class F, class... Args>
  ProcessPoolExecutor(Options options, F&& initializer, Args&&... initargs)
      : ProcessPoolExecutor(
            with_initializer(std::move(options), std::forward<F>(initializer), std::forward<Args>(initargs)...)) {}
  // The same by position, as in Python.
  template <class F, class... Args>
  ProcessPoolExecutor(std::int64_t max_workers, std::optional<multiprocessing::Context> mp_context, F&& initializer,
                      std::tuple<Args...> initargs = {})
      : ProcessPoolExecutor(std::apply(
            [&](auto&... args) {
              return with_initializer(Options{.max_workers = max_workers, .mp_context = std::move(mp_context)},
                                      std::forward<F>(initializer), std::move(args)...);
            },
            initargs)) {}
  ~ProcessPoolExecutor() override;

  // Schedules function(args...) in a worker process, and returns its future. They are packed here and now, from where
  // they are, and passed as rvalues there.
  // Errors: RuntimeError ("cannot schedule new futures after shutdown"); BrokenProcessPool; those of pickling, if an
  // argument cannot be packed; OSError if there is no worker and none can be started; TypeError if the initializer
  // cannot be given to a worker.
  template <class F, class... Args>
    requires(!std::same_as<std::remove_cvref_t<F>, SubmitOptions>)
  auto submit(F&& function, Args&&... args) {
    return submit(SubmitOptions{}, std::forward<F>(function), std::forward<Args>(args)...);
  }
  // Errors: the same; ValueError if the timeout is NaN.
  template <class F, class... Args>
  auto submit(const SubmitOptions& options, F&& function, Args&&... args) {
    return submit_call(options, static_cast<const std::decay_t<F>&>(function),
                       static_cast<const std::decay_t<Args>&>(args)...);
  }

  // As Executor::map(), each chunk being one call in a worker. A chunk in which one call throws fails as a whole, as in
  // CPython: the results of the calls before it are lost.
  template <class F, std::ranges::input_range... Ranges>
    requires(sizeof...(Ranges) > 0 && !std::same_as<std::remove_cvref_t<F>, MapOptions>)
  auto map(F&& function, Ranges&&... ranges) {
    return map(MapOptions{}, std::forward<F>(function), std::forward<Ranges>(ranges)...);
  }
  template <class F, std::ranges::input_range... Ranges>
    requires(sizeof...(Ranges) > 0)
  auto map(MapOptions options, F&& function, Ranges&&... ranges) {
    multiprocessing::internal::check_portable_call<std::decay_t<F>, std::ranges::range_value_t<Ranges>...>();
    using R = std::decay_t<std::invoke_result_t<std::decay_t<F>&, std::ranges::range_value_t<Ranges>...>>;
    return internal::make_map<R>(*this, options, std::forward<F>(function), std::forward<Ranges>(ranges)...);
  }

  using Executor::shutdown;
  // Errors: RuntimeError ("cannot join current thread") if a done callback of this pool asks to wait for it; the rest
  // is done.
  void shutdown(ShutdownOptions options) override;

  // Python 3.14: shutdown(wait=False, cancel_futures=True), then the workers are terminated (SIGTERM; SIGKILL for those
  // that live a second later) or killed. What was running fails with BrokenProcessPool. Again: does nothing.
  void terminate_workers();
  void kill_workers();

  // Beyond Python. `threads` are the workers.
  [[nodiscard]] PoolStats stats() const;

 private:
  template <class E, class R, class G, class Source>
  friend class internal::MapResults;

  template <class F, class... Args>
  static Options with_initializer(Options options, F&& initializer, Args&&... initargs) {
    options.initializer = internal::Initializer(
        multiprocessing::internal::bind_work(std::forward<F>(initializer), std::forward<Args>(initargs)...));
    return options;
  }

  template <class F, class... Args>
  auto submit_call(const SubmitOptions& options, const F& function, const Args&... args) {
    multiprocessing::internal::check_portable_call<F, Args...>();
    if constexpr (std::invocable<F&, Args...>) {  // Else that has been said.
      using Routine = multiprocessing::internal::CallRoutine<F, Args...>;
      using R = std::decay_t<std::invoke_result_t<F&, Args...>>;
      return start(new internal::ProcessCall<R>(watched()), options, [&](multiprocessing::internal::Job& job) {
        job.routine = Routine::number(function);
        multiprocessing::internal::PayloadWriter out(job.arguments);
        Routine::pack(out, function, args...);
      });
    }
  }
  template <class R, class F, class... Parts>
  auto submit_chunk(const std::shared_ptr<F>& function, const std::vector<std::tuple<Parts...>>& elements) {
    using Routine = multiprocessing::internal::ChunkRoutine<F, Parts...>;
    return start(new internal::ProcessChunk<R>(watched(), elements.size()), SubmitOptions{},
                 [&](multiprocessing::internal::Job& job) {
                   job.routine = Routine::number(*function);
                   multiprocessing::internal::PayloadWriter out(job.arguments);
                   Routine::pack(out, *function, std::span(elements));
                 });
  }
  // `call` comes with the handle's reference and the engine's.
  template <class Call, class Pack>
  auto start(Call* call, const SubmitOptions& options, Pack pack) {
    auto future = handle_of(call);
    auto engines = internal::CoreRef<internal::FutureCore>::adopt(call);
    pack(*call);
    start(*call, future, options);
    static_cast<void>(engines.release());  // It is the engine's, and perhaps gone already.
    return future;
  }
  template <class T>
  static Future<T> handle_of(internal::TypedCore<T>* core) {
    return internal::Access::handle<Future<T>>(internal::CoreRef<internal::FutureCore>::adopt(core));
  }
  void start(internal::ProcessJob& job, const AnyFuture& future, const SubmitOptions& options);
  // The pool, for calls that have to know it.
  [[nodiscard]] std::shared_ptr<internal::ProcessPool> watched() const;

  // Errors: TypeError, always.
  void execute(WorkItem item) override;

  std::shared_ptr<internal::ProcessPool> pool_;
};

}  // namespace skein::inline v0::futures

#endif  // SKEIN_FUTURES_PROCESS_POOL_EXECUTOR_H_
