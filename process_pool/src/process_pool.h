// process_pool.h - the inside of ProcessPoolExecutor: the engine, and what its jobs and workers are told to whom.
#ifndef SKEIN_PROCESS_POOL_SRC_PROCESS_POOL_H_
#define SKEIN_PROCESS_POOL_SRC_PROCESS_POOL_H_

#include <skein/futures/internal/core.h>
#include <skein/futures/internal/process_call.h>
#include <skein/futures/process_pool_executor.h>
#include <skein/multiprocessing/internal/worker_engine.h>

#include <memory>

namespace skein::inline v0::internal {

class ProcessPool {
 public:
  explicit ProcessPool(futures::ProcessPoolExecutorOptions options);
  ProcessPool(const ProcessPool&) = delete;
  ProcessPool& operator=(const ProcessPool&) = delete;

  // Whether its calls have to know it.
  [[nodiscard]] bool watches() const noexcept { return observer_ != nullptr || cancel_kills_; }
  void submit(ProcessJob& job, const futures::AnyFuture& future);
  // A running call, if calls of this pool may be stopped.
  void stop(ProcessJob& job) noexcept;
  void close(bool cancel_futures);
  void terminate(int signal, const char* by);
  // Waits for the workers and the engine's thread, unless it is called in that.
  bool join();
  // The same, if that needs no waiting.
  bool has_ended();
  [[nodiscard]] futures::PoolStats stats() const;

  void started(FutureCore& future) noexcept;
  void ended(FutureCore& future) noexcept;

 private:
  const std::shared_ptr<futures::PoolObserver> observer_;
  const bool cancel_kills_;
  multiprocessing::internal::WorkerEngine engine_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_PROCESS_POOL_SRC_PROCESS_POOL_H_
