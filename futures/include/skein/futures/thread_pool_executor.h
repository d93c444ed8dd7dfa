// skein/futures/thread_pool_executor.h - a pool of threads. Python: concurrent.futures.ThreadPoolExecutor.
#ifndef SKEIN_FUTURES_THREAD_POOL_EXECUTOR_H_
#define SKEIN_FUTURES_THREAD_POOL_EXECUTOR_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/futures/executor.h>
#include <skein/futures/future.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {
class ThreadPool;
}  // namespace skein::inline v0::internal

namespace skein::inline v0::futures {

// Hears what happens in a pool, in the thread in which it happens, outside of all locks. What a member throws is
// reported (skein/futures/report.h) and changes nothing. A pool without one pays nothing for it.
class SKEIN_API PoolObserver {
 public:
  PoolObserver() = default;
  PoolObserver(const PoolObserver&) = delete;
  PoolObserver& operator=(const PoolObserver&) = delete;
  virtual ~PoolObserver();

  // A task comes; nobody can have started it yet. If the pool refuses it then, its future is cancelled.
  virtual void submitted(const AnyFuture& future);
  // A worker begins it.
  virtual void started(const AnyFuture& future);
  // It ended with a result.
  virtual void finished(const AnyFuture& future);
  // It ended with an exception.
  virtual void failed(const AnyFuture& future);
  // A worker thread of that name begins, and ends.
  virtual void worker_up(const std::string& name);
  virtual void worker_down(const std::string& name);
};

// How things stand in a pool, each number at some moment during the call.
struct PoolStats {
  std::size_t queued = 0;   // Submitted, and neither begun nor thrown away. Cancelled ones count until then.
  std::size_t running = 0;  // Workers that run something.
  std::size_t idle = 0;     // Workers that wait for something to do.
  std::uint64_t done = 0;   // Tasks that were run to their end.
  std::size_t threads = 0;  // Workers.
};

// The keyword arguments of ThreadPoolExecutor, but initargs: a callable and its arguments follow the options.
struct ThreadPoolExecutorOptions {
  std::optional<std::int64_t> max_workers = std::nullopt;  // Empty: min(32, usable processors + 4).
  std::string thread_name_prefix = {};                     // Empty: "ThreadPoolExecutor-N".
  std::function<void()> initializer = nullptr;             // Called first in each worker.
  std::shared_ptr<PoolObserver> observer = nullptr;
};

// Runs what is submitted in a fixed number of threads, which are started one by one: when something is submitted and
// no worker is idle.
//
//   futures::ThreadPoolExecutor executor({.max_workers = 4, .thread_name_prefix = "io"});
//   auto future = executor.submit(pow, 2, 10);
//
// Threads:  any member, from any thread, at any time.
// Lifetime: the destructor is shutdown(wait=True), as the end of Python's `with` block. In one of the pool's own
//           workers it does not wait: the pool ends when its work is through. So does a pool that lives when the
//           process exits; its work is finished before static objects are destroyed.
// Order:    tasks begin in the order of their submission: strictly among those from outside of the pool and among
//           those of each worker; between these, as nearly as can be had without a common lock. No task is ever taken
//           in advance: whatever is queued is there for the next worker that is free.
// Blocking: a worker that waits without limit for a task of its own pool runs that very task itself if it is still
//           queued, where CPython deadlocks; it never runs others meanwhile.
// Cost:     submit() is one allocation and one short lock; a system call only to wake a worker that sleeps.
// Fork:     in a forked child there are no workers: submit() is a RuntimeError.
class SKEIN_API ThreadPoolExecutor : public Executor {
 public:
  using Options = ThreadPoolExecutorOptions;

  // Errors: ValueError ("max_workers must be greater than 0").
  explicit ThreadPoolExecutor(Options options);
  ThreadPoolExecutor() : ThreadPoolExecutor(Options{}) {}
  explicit ThreadPoolExecutor(std::int64_t max_workers, std::string thread_name_prefix = "")
      : ThreadPoolExecutor(Options{.max_workers = max_workers, .thread_name_prefix = std::move(thread_name_prefix)}) {}
  explicit ThreadPoolExecutor(NoneType, std::string thread_name_prefix = "")
      : ThreadPoolExecutor(Options{.thread_name_prefix = std::move(thread_name_prefix)}) {}
  // Python: initializer=, initargs=. Called with copies of the arguments, first in each worker. If it throws, all that
  // is queued fails with BrokenThreadPool, and so does every later submit().
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>&, std::decay_t<Args>&...>
  ThreadPoolExecutor(Options options, F&& initializer, Args&&... initargs)
      : ThreadPoolExecutor(
            bind_initializer(std::move(options), std::forward<F>(initializer), std::forward<Args>(initargs)...)) {}
  // The same by position, as in Python.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>&, Args&...>
  ThreadPoolExecutor(std::int64_t max_workers, std::string thread_name_prefix, F&& initializer,
                     std::tuple<Args...> initargs = {})
      : ThreadPoolExecutor(std::apply(
            [&](auto&... args) {
              return bind_initializer(
                  Options{.max_workers = max_workers, .thread_name_prefix = std::move(thread_name_prefix)},
                  std::forward<F>(initializer), std::move(args)...);
            },
            initargs)) {}
  ~ThreadPoolExecutor() override;

  using Executor::shutdown;
  // Errors: RuntimeError ("cannot join current thread") if a worker of this pool asks to wait for it; the rest is done.
  void shutdown(ShutdownOptions options) override;

  // How things stand at this moment. In a forked child there are no threads, and nothing is queued.
  [[nodiscard]] PoolStats stats() const;

 private:
  template <class F, class... Args>
  static Options bind_initializer(Options options, F&& initializer, Args&&... initargs) {
    using Call = std::tuple<std::decay_t<F>, std::decay_t<Args>...>;
    options.initializer = [call =
                               std::make_shared<Call>(std::forward<F>(initializer), std::forward<Args>(initargs)...)] {
      std::apply([](auto& function, auto&... args) { std::invoke(function, args...); }, *call);
    };
    return options;
  }
  void execute(WorkItem item) override;
  void hand_over(internal::CoreRef<internal::FutureCore> core) override;

  std::shared_ptr<internal::ThreadPool> pool_;
};

}  // namespace skein::inline v0::futures

#endif  // SKEIN_FUTURES_THREAD_POOL_EXECUTOR_H_
