// skein/multiprocessing/internal/worker_engine.h - what runs calls in other processes, for Pool and
// ProcessPoolExecutor.
//
// docs/worker_engine.md says how it works.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_WORKER_ENGINE_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_WORKER_ENGINE_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/method.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/multiprocessing/internal/work.h>
#include <skein/multiprocessing/worker_lost.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

class Engine;

// One call that is to be made in a worker: packed, and with somebody who waits for what comes of it.
//
// The engine calls the members below, never two at a time, and each job comes to exactly one end: succeeded(), failed()
// or, after a begin() that was refused, refused(). Then, and only then, it calls let_go(), after which it never touches
// the job again.
class SKEIN_API Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Set before submit().
  std::uint32_t routine = 0;
  std::vector<std::byte> arguments;
  Deadline deadline;                           // Past it the call is stopped, by killing the worker if it has begun.
  std::optional<OnWorkerLost> on_worker_lost;  // Empty: the engine's.

  // It is given to a worker for the first time, and counts as running from now on. False: nobody wants it any more.
  // Under the engine's lock unless the engine has an observer: takes no lock that is held around a call of the engine.
  virtual bool begin() noexcept = 0;
  // `result`: what the routine wrote, in place; gone afterwards. What it throws is the call's failure: the engine then
  // calls failed() with it.
  virtual void succeeded(PayloadReader& result) = 0;
  virtual void failed(std::exception_ptr error) noexcept = 0;
  virtual void refused() noexcept = 0;
  virtual void let_go() noexcept = 0;

 protected:
  virtual ~Job() = default;  // Nobody destroys it by this: GCC counts friends as everybody.

 private:
  friend class Engine;
  friend class JobQueue;
  Job* next_ = nullptr;
  Job* previous_ = nullptr;
  std::exception_ptr error_;  // What it is to fail with: it is being stopped, or has ended.
  std::uint32_t lost_ = 0;    // How many workers have ended in the middle of it.
  bool begun_ = false;
  enum class Place : std::uint8_t { kNowhere, kQueued, kBeginning, kInFlight } place_ = Place::kNowhere;
};

// Hears of workers, in some thread of the engine's or of who calls it, outside of all locks.
class SKEIN_API WorkerObserver {
 public:
  virtual void worker_up(const std::string& name) noexcept = 0;
  virtual void worker_down(const std::string& name) noexcept = 0;

 protected:
  ~WorkerObserver() = default;
};

struct EngineOptions {
  std::size_t workers = 1;
  Method method = Method::kFork;
  std::unique_ptr<Work> initializer;       // Called first in each worker; empty: nothing.
  std::optional<std::uint64_t> max_tasks;  // Calls after which a worker is replaced.
  OnWorkerLost on_worker_lost = OnWorkerLost::kBreakPool;
  std::uint32_t retries = 3;
  const char* noun = "Process";  // Workers are called "ForkProcess-1" and so on, after their start method.
  bool daemon = false;           // The workers are daemons: they may have no children, and are terminated at exit.
  bool all_at_once = false;      // All workers are started with the engine, else when they are needed.
  bool end_at_exit = false;      // At the end of the process: terminates (Pool); else finishes what was submitted.
  std::shared_ptr<WorkerObserver> observer;
  // What jobs fail with when the engine is broken; `cause`: what happened, for people.
  std::function<std::exception_ptr(const std::string& cause)> broken;
};

struct EngineStats {
  std::size_t queued = 0;   // Submitted and not begun.
  std::size_t running = 0;  // Given to a worker, some of them in advance.
  std::size_t workers = 0;  // Alive.
  std::size_t idle = 0;     // Of those, without anything to do.
  std::uint64_t done = 0;   // Calls that came to their end in a worker.
};

// Threads: any member, from any thread.
// Fork:    in a forked child there are no workers: submit() is a RuntimeError, all else does nothing.
class SKEIN_API WorkerEngine {
 public:
  explicit WorkerEngine(EngineOptions options);
  // terminate(), and waits for the workers' end.
  ~WorkerEngine();
  WorkerEngine(const WorkerEngine&) = delete;
  WorkerEngine& operator=(const WorkerEngine&) = delete;

  // From now on the job is the engine's, unless this throws.
  // Errors: what `broken` makes, after that; RuntimeError(`closed`) after close(); OSError if there is no worker and
  // none can be started; TypeError or a pickling error if the initializer cannot be given to a worker.
  void submit(Job& job, const char* closed);
  // The job may be stopped from now on: fails with `why` if it has not ended by then. True if it was stopped. One that
  // a worker runs is stopped by killing that worker, which is replaced.
  bool stop(Job& job, std::exception_ptr why);
  // No more submits; the workers end when everything is done. Again: does nothing.
  void close();
  // Refuses every job that has not begun. After close().
  void cancel_queued();
  // Ends the workers now: by `signal`, and SIGKILL those that have not ended a second later. What has not ended fails
  // with what `broken` makes of `cause`.
  void terminate(int signal, const std::string& cause);
  // Returns when the workers and the engine's thread have ended. After close() or terminate(). Not in that thread.
  // False if the deadline has passed before.
  bool join(Deadline deadline);
  // Whether this is the engine's thread (in which jobs come to their ends).
  [[nodiscard]] bool in_engine_thread() const noexcept;
  [[nodiscard]] bool left_behind_by_fork() const noexcept;
  [[nodiscard]] EngineStats stats() const;
  // The numbers of the worker processes that live, in the order of their start.
  [[nodiscard]] std::vector<int> pids() const;

 private:
  std::shared_ptr<Engine> engine_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_WORKER_ENGINE_H_
