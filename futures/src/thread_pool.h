// thread_pool.h - the inside of ThreadPoolExecutor: one queue for all that comes from outside, one for each worker.
//
//   submit() from outside --> intake --(whole, when empty)--> outlet --> the next free worker
//   submit() in a worker  --> that worker's own queue ----------------> that worker or any that is free
//
// A worker takes one task at a time, and the oldest there is: tasks carry the number of outside tasks that had been
// submitted before them. So a task never waits behind a running one while a worker is free, and two workers that
// depend on each other's tasks meet them in the order in which CPython's single queue would give them out.
//
// Locks, in the order of taking: outlet_lock_, a worker's lock, lock_. No user code runs under any.
//
// Nobody sleeps while something is queued: whoever goes to sleep registers under lock_ and looks at all queues after
// that; whoever submits queues first and looks for sleepers after that.
#ifndef SKEIN_FUTURES_SRC_THREAD_POOL_H_
#define SKEIN_FUTURES_SRC_THREAD_POOL_H_

#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/thread_safety.h>
#include <skein/futures/internal/core.h>
#include <skein/futures/thread_pool_executor.h>
#include <skein/threading/lock.h>
#include <skein/threading/thread.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace skein::inline v0::internal {

// A chain of tasks, linked through FutureCore::next and ::previous.
struct TaskChain {
  FutureCore* first = nullptr;
  FutureCore* last = nullptr;

  [[nodiscard]] bool empty() const noexcept { return first == nullptr; }
  // A task that is linked nowhere is its own predecessor.
  [[nodiscard]] static bool holds(const FutureCore& task) noexcept { return task.previous != &task; }
  void push_back(FutureCore* task) noexcept {
    task->next = nullptr;
    task->previous = last;
    (last != nullptr ? last->next : first) = task;
    last = task;
  }
  FutureCore* pop_front() noexcept {
    FutureCore* const task = first;
    if (task != nullptr) unlink(task);
    return task;
  }
  void unlink(FutureCore* task) noexcept {
    (task->previous != nullptr ? task->previous->next : first) = task->next;
    (task->next != nullptr ? task->next->previous : last) = task->previous;
    task->previous = task;
  }
};

class ThreadPool final : public TaskHome, public std::enable_shared_from_this<ThreadPool> {
 public:
  explicit ThreadPool(futures::ThreadPoolExecutorOptions options);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void submit(CoreRef<FutureCore> task);
  // `join`: waits for the workers, unless the calling thread is one.
  void shut_down(bool cancel_futures, bool join);
  [[nodiscard]] bool is_worker() const noexcept;
  [[nodiscard]] futures::PoolStats stats();

  bool run_in_place(FutureCore& task) override;

 private:
  static constexpr std::uint64_t kEmpty = std::numeric_limits<std::uint64_t>::max();

  struct alignas(64) Worker {
    threading::Lock lock;
    TaskChain own SKEIN_GUARDED_BY(lock);
    std::uint64_t count SKEIN_GUARDED_BY(lock) = 0;

    // The stamp of the first in `own`; kEmpty if there is none. Read by all, so written (under the lock) only where it
    // changes, and in a cache line of its own.
    alignas(64) Atomic<std::uint64_t> first_stamp{kEmpty};

    // Written by the worker alone.
    alignas(64) std::atomic<std::uint64_t> done{0};
    std::uint32_t takes = 0;
    SpinHistory spins;
    LingerHistory lingers;
    std::string name;

    void update_stamp() noexcept SKEIN_REQUIRES(lock) {
      const std::uint64_t stamp = own.empty() ? kEmpty : own.first->stamp;
      if (first_stamp.load() != stamp) first_stamp.store(stamp);
    }
  };
  // ---- a worker's life ----
  void work(Worker& me);
  // False if the initializer threw; then the pool is broken.
  bool initialize();
  // Blocks; nullptr: the pool has ended. `searching`: the caller is counted in searching_ already.
  FutureCore* next_task(Worker& me, bool searching);
  void run(FutureCore* task, Worker& me);
  void run_claimed(FutureCore& task, Worker& me);
  // Of a task that was taken out and cannot be claimed: drops what it holds.
  void discard(FutureCore& task) noexcept;
  template <class Call>
  void observe(Call call) noexcept;

  // ---- taking ----
  FutureCore* take(Worker& me);
  FutureCore* take_from(Worker& other);
  FutureCore* take_from_outside();
  // All that is queued, linked through FutureCore::next alone.
  FutureCore* take_all();
  // Whether anything is queued.
  [[nodiscard]] bool anything() const noexcept;
  [[nodiscard]] std::uint64_t outside_queued() const noexcept { return submitted_.load() - started_.load(); }
  // Whether that is not 0. Leaves the submitters' cache line alone while the outlet has some.
  [[nodiscard]] bool outside_waits() const noexcept {
    return started_.load() < fetched_.load() || outside_queued() != 0;
  }

  // ---- giving ----
  void take_in(CoreRef<FutureCore> task);
  void submit_outside(CoreRef<FutureCore> task);
  void submit_inside(CoreRef<FutureCore> task, Worker& me);
  [[noreturn]] void refuse() SKEIN_REQUIRES(lock_);
  // Wakes or starts a worker if fewer are looking for something to do than queued() says there is.
  template <class Queued>
  void call_for_help(Queued queued);
  // The one to notify, when lock_ has been given back; nullptr if none is needed, or a new one was started.
  // Errors: RuntimeError if the only worker that there would be cannot be started.
  template <class Queued>
  [[nodiscard]] Waiter* find_help(Queued queued) SKEIN_REQUIRES(lock_);
  void start_worker() SKEIN_REQUIRES(lock_);
  void start_thread(Worker& worker) SKEIN_REQUIRES(lock_);
  void stop_searching();
  // The process exits.
  static void end_all();
  // No more submits; wakes all, who end when nothing is queued.
  void end(bool exiting);
  void join();
  [[nodiscard]] bool left_behind() const noexcept { return forks_ != fork_count(); }

  const std::size_t max_workers_;
  const std::string prefix_;
  const std::function<void()> initializer_;
  const std::shared_ptr<futures::PoolObserver> observer_;
  const std::uint32_t forks_ = fork_count();

  // What submitters write.
  alignas(64) threading::Lock lock_;
  TaskChain intake_ SKEIN_GUARDED_BY(lock_);
  Atomic<std::uint64_t> submitted_{0};  // From outside. Written under lock_.
  WaiterList sleepers_ SKEIN_GUARDED_BY(lock_);
  std::string broken_ SKEIN_GUARDED_BY(lock_);
  bool exiting_ SKEIN_GUARDED_BY(lock_) = false;
  std::vector<threading::ThreadHandle> threads_ SKEIN_GUARDED_BY(lock_);
  Atomic<bool> refuses_{false};  // No more submits: ended or broken. Written under lock_.
  Atomic<bool> ended_{false};    // Workers leave when nothing is queued. Written under lock_.

  // What workers write.
  alignas(64) threading::Lock outlet_lock_;
  TaskChain outlet_ SKEIN_GUARDED_BY(outlet_lock_);
  Atomic<std::uint64_t> started_{0};  // Of those from outside. Written under outlet_lock_.
  Atomic<std::uint64_t> fetched_{0};  // How many of those have come to the outlet. Written under outlet_lock_.

  // Both.
  alignas(64) Atomic<std::uint32_t> sleeping_{0};       // Workers in sleepers_. Written under lock_.
  Atomic<std::uint32_t> searching_{0};                  // Workers that are awake and look for a task, or are about to.
  Atomic<std::uint32_t> starting_{0};                   // Workers that are not through with their initializer.
  Atomic<std::int64_t> run_in_place_{0};                // Tasks that are still queued although they were run in place.
  Atomic<std::uint32_t> worker_count_{0};               // Written under lock_.
  Atomic<bool> submits_inside_{false};                  // A worker has submitted something, once.
  std::unique_ptr<std::unique_ptr<Worker>[]> workers_;  // NOLINT(modernize-avoid-c-arrays)
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_FUTURES_SRC_THREAD_POOL_H_
