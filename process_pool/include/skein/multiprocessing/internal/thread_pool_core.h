// skein/multiprocessing/internal/thread_pool_core.h - what a ThreadPool is without its types.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_THREAD_POOL_CORE_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_THREAD_POOL_CORE_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/core/thread_safety.h>
#include <skein/futures/thread_pool_executor.h>
#include <skein/multiprocessing/internal/pool_imap.h>
#include <skein/threading/condition.h>
#include <skein/threading/lock.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// An input of imap(), which one thread of the pool's reads.
class SKEIN_API ThreadSource : public ImapCore {
 public:
  using ImapCore::ImapCore;
  // Reads as long as there is room, and submits. In the reading thread.
  virtual void read(bool draining) noexcept = 0;
  // Not in use here.
  bool feed(PoolCore& pool) noexcept final;
};

// Workers that run calls, and two threads beside them, each started when it is needed: one in which callbacks are
// called, and one that reads inputs.
class SKEIN_API ThreadPoolCore : public std::enable_shared_from_this<ThreadPoolCore> {
 public:
  // Errors: ValueError ("Number of processes must be at least 1").
  ThreadPoolCore(std::optional<std::int64_t> processes, std::function<void()> initializer);
  ThreadPoolCore(const ThreadPoolCore&) = delete;
  ThreadPoolCore& operator=(const ThreadPoolCore&) = delete;

  // Errors: ValueError ("Pool not running"); RuntimeError in a forked child.
  void check_running() const;
  [[nodiscard]] std::size_t workers() const noexcept { return count_; }
  [[nodiscard]] futures::ThreadPoolExecutor& executor() noexcept { return workers_; }
  // Makes a call in the thread for callbacks; here and now if that has ended.
  void tell(const std::function<void()>& call) noexcept;
  [[nodiscard]] futures::PoolStats stats() const { return workers_.stats(); }

  // From now on the source is read.
  void add(const std::shared_ptr<ThreadSource>& source);
  // It has room again.
  void wake(const std::shared_ptr<ThreadSource>& source) noexcept;
  // It has been read to its end.
  void remove(const ThreadSource& source) noexcept;

  void close();
  void terminate();
  // Errors: ValueError ("Pool is still running"); RuntimeError ("cannot join current thread").
  void join();

  // In a forked child: there are no threads, and its locks may be held for ever.
  [[nodiscard]] bool left_behind() const noexcept { return forks_ != skein::internal::fork_count(); }
  // What becomes of a call that is dropped without having been made.
  [[nodiscard]] std::exception_ptr why_dropped() const;
  // In a handler of what submit_work() has thrown: what becomes of a call that had begun to be a part of a result when
  // it was refused. That the pool has been terminated comes before that it does not run.
  [[nodiscard]] std::exception_ptr why_refused() const;

  // While one lives, the calling thread does the work of that pool: it cannot wait for the pool's end.
  class SKEIN_API OwnThread {
   public:
    explicit OwnThread(const ThreadPoolCore* pool) noexcept;
    ~OwnThread();
    OwnThread(const OwnThread&) = delete;
    OwnThread& operator=(const OwnThread&) = delete;

   private:
    const ThreadPoolCore* const outer_;
  };
  // While one lives, the calling thread gives a call to the workers: one that is dropped now has been refused, and who
  // gives it is told by an exception.
  class SKEIN_API Giving {
   public:
    Giving() noexcept;
    ~Giving();
    Giving(const Giving&) = delete;
    Giving& operator=(const Giving&) = delete;
    [[nodiscard]] static bool now() noexcept;
  };

 private:
  enum class State : std::uint8_t { kRun, kClose, kTerminate };

  const std::size_t count_;
  const std::uint32_t forks_ = skein::internal::fork_count();
  std::atomic<State> state_{State::kRun};  // Changed with lock_ held.

  threading::Lock lock_;
  threading::Condition changed_{lock_};
  std::vector<std::shared_ptr<ThreadSource>> sources_ SKEIN_GUARDED_BY(lock_);  // That are read.

  // The workers end first: they use the others.
  futures::ThreadPoolExecutor callbacks_;
  futures::ThreadPoolExecutor reader_;
  futures::ThreadPoolExecutor workers_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_THREAD_POOL_CORE_H_
