// skein/multiprocessing/internal/pool_core.h - what a Pool is without its types.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_POOL_CORE_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_POOL_CORE_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/core/thread_safety.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/worker_engine.h>
#include <skein/threading/condition.h>
#include <skein/threading/lock.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>

namespace skein::inline v0::multiprocessing::internal {

class PoolCore;

// An input that is read while its calls run, by one thread of the pool's.
class SKEIN_API PoolSource {
 public:
  PoolSource() = default;
  PoolSource(const PoolSource&) = delete;
  PoolSource& operator=(const PoolSource&) = delete;
  virtual ~PoolSource();

  // Whether more may be read; if not, the pool is poked when that changes. `draining`: the pool is to end, so what is
  // not looked at does not hold it up.
  virtual bool has_room(bool draining) noexcept = 0;
  // Reads what makes one call, and submits it. False at the end of the input. Never two at a time. Keeps what goes
  // wrong for itself.
  virtual bool feed(PoolCore& pool) noexcept = 0;
  // The pool has been terminated: nothing comes any more.
  virtual void cut(const std::exception_ptr& why) noexcept = 0;
};

struct PoolSettings {
  std::optional<std::int64_t> processes;
  std::optional<std::int64_t> maxtasksperchild;
  std::optional<Method> method;
  OnWorkerLost on_worker_lost = OnWorkerLost::kFailCall;
  std::int64_t retries = 3;
  std::unique_ptr<Work> initializer;
};

// Shared by the Pool and its reading thread.
class SKEIN_API PoolCore : public std::enable_shared_from_this<PoolCore> {
 public:
  static constexpr const char kNotRunning[] = "Pool not running";  // NOLINT(modernize-avoid-c-arrays)

  // Errors: ValueError as Python's; AssertionError in a daemon; those of starting processes.
  static std::shared_ptr<PoolCore> make(PoolSettings settings);
  explicit PoolCore(EngineOptions options);
  ~PoolCore();

  // Errors: ValueError ("Pool not running") after close() or terminate().
  void check_running() const;
  // Errors: the same; those of WorkerEngine::submit().
  void submit(Job& job);
  // For a source: until all of them have come to their ends, close() lets them go on.
  void submit_read(Job& job) { engine_.submit(job, kNotRunning); }
  // How many workers there are to be.
  [[nodiscard]] std::size_t workers() const noexcept { return workers_; }
  [[nodiscard]] EngineStats stats() const { return engine_.stats(); }

  void close();
  // At the second time: does nothing more.
  void terminate();
  // Errors: ValueError ("Pool is still running"); RuntimeError ("cannot join current thread").
  void join();
  // The destructor of the Pool.
  void end() noexcept;

  // From now on the source is read.
  // Errors: as check_running(); RuntimeError if no thread can be started.
  void read(std::shared_ptr<PoolSource> source);
  // It is not read any more. False if somebody is still doing so and cannot be waited for: this thread, or one that the
  // end of the process has stopped.
  bool forget(const PoolSource& source);
  // A source has room again.
  void poke();

 private:
  enum class State : std::uint8_t { kRun, kClose, kTerminate };

  void run_reader();
  // The next source that may be read, taken from the front to the back of the list.
  std::shared_ptr<PoolSource> next_source() SKEIN_REQUIRES(lock_);
  // After close() the engine is closed when nothing is left to be read.
  [[nodiscard]] bool closes_engine() const SKEIN_REQUIRES(lock_) {
    return state_.load() == State::kClose && sources_.empty() && reading_ == nullptr;
  }
  [[nodiscard]] bool is_left_behind() const noexcept;

  const std::size_t workers_;
  WorkerEngine engine_;
  std::atomic<State> state_{State::kRun};  // Changed with lock_ held.

  threading::Lock lock_;
  threading::Condition changed_{lock_};  // Anything below, or the room of a source.
  std::list<std::shared_ptr<PoolSource>> sources_ SKEIN_GUARDED_BY(lock_);
  const PoolSource* reading_ SKEIN_GUARDED_BY(lock_) = nullptr;
  std::uint32_t reader_ SKEIN_GUARDED_BY(lock_) = 0;  // The reading thread's token, when it runs.
  bool has_reader_ SKEIN_GUARDED_BY(lock_) = false;
  bool draining_ SKEIN_GUARDED_BY(lock_) = false;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_POOL_CORE_H_
