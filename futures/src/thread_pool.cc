#include "thread_pool.h"

#include <skein/core/errors.h>
#include <skein/futures/errors.h>
#include <skein/futures/internal/report.h>
#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/at_shutdown.h>
#include <skein/threading/internal/guard.h>

#include <cxxabi.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <list>
#include <optional>
#include <utility>

#include "home.h"

namespace skein::inline v0::internal {
namespace {

constexpr const char* kBroken = "A thread initializer failed, the thread pool is not usable anymore";

// The calling thread's place in its pool (a ThreadPool::Worker); see current_home().
constinit thread_local void* t_worker = nullptr;

std::size_t workers_of(const std::optional<std::int64_t>& asked) {
  if (asked.has_value()) {
    if (*asked <= 0) throw ValueError("max_workers must be greater than 0");
    return static_cast<std::size_t>(*asked);
  }
  cpu_set_t usable;
  CPU_ZERO(&usable);
  const int processors = ::sched_getaffinity(0, sizeof usable, &usable) == 0 ? CPU_COUNT(&usable) : 1;
  return static_cast<std::size_t>(std::min(32, processors + 4));
}

std::string prefix_of(std::string given) {
  static std::atomic<std::uint64_t> counter{0};
  return given.empty() ? "ThreadPoolExecutor-" + std::to_string(counter.fetch_add(1)) : std::move(given);
}

// The pools that there are. Leaked, because pools may be statics.
struct Pools {
  threading::Lock lock;
  std::list<ThreadPool*> all SKEIN_GUARDED_BY(lock);
};
Pools& pools() {
  static auto* const known = [] {
    hold_lock_at_fork<pools>();
    return new Pools;
  }();
  return *known;
}
[[maybe_unused]] const Pools& g_made_at_load = pools();

}  // namespace

// ---- making, ending ----

ThreadPool::ThreadPool(futures::ThreadPoolExecutorOptions options)
    : max_workers_(workers_of(options.max_workers)),
      prefix_(prefix_of(std::move(options.thread_name_prefix))),
      initializer_(std::move(options.initializer)),
      observer_(std::move(options.observer)),
      workers_(std::make_unique<std::unique_ptr<Worker>[]>(max_workers_)) {  // NOLINT(modernize-avoid-c-arrays)
  static const bool registered = (at_shutdown(&ThreadPool::end_all), true);
  static_cast<void>(registered);
  Guard guard(pools().lock);
  pools().all.push_back(this);
}

ThreadPool::~ThreadPool() {
  Guard guard(pools().lock);
  pools().all.remove(this);
}

// What is queued is finished, as by CPython's own exit handler; then the workers end like all other threads.
void ThreadPool::end_all() {
  std::vector<std::shared_ptr<ThreadPool>> alive;
  {
    Guard guard(pools().lock);
    for (ThreadPool* const pool : pools().all) {
      if (auto held = pool->weak_from_this().lock()) alive.push_back(std::move(held));
    }
  }
  for (const auto& pool : alive) {
    if (!pool->left_behind()) pool->end(true);
  }
}

void ThreadPool::end(bool exiting) {
  WaiterList sleepers;
  {
    Guard guard(lock_);
    exiting_ = exiting_ || exiting;
    refuses_.store(true);
    ended_.store(true);
    searching_.fetch_add(sleeping_.exchange(0));
    sleepers = sleepers_.take_all();
  }
  sleepers.notify_taken();
}

void ThreadPool::join() {
  // One that is cancelled is replaced before it ends.
  for (std::size_t i = 0;; ++i) {
    std::optional<threading::ThreadHandle> thread;
    {
      Guard guard(lock_);
      if (i == threads_.size()) return;
      thread = threads_[i];
    }
    thread->join();
  }
}

void ThreadPool::shut_down(bool cancel_futures, bool wait) {
  if (left_behind()) return;
  end(false);
  if (cancel_futures) {
    FutureCore* next = take_all();
    while (FutureCore* const task = next) {
      next = task->next;
      const auto held = CoreRef<FutureCore>::adopt(task);
      // Also told to those in wait(), which CPython forgets to do: nobody else would.
      if (task->cancel()) task->notify_cancelled();
      discard(*task);
    }
  }
  if (!wait) return;
  if (is_worker()) throw RuntimeError("cannot join current thread");
  join();
}

bool ThreadPool::is_worker() const noexcept { return current_home() == this; }

futures::PoolStats ThreadPool::stats() {
  futures::PoolStats found;
  found.queued = outside_queued();
  const std::uint32_t workers = worker_count_.load();
  for (std::uint32_t i = 0; i < workers; ++i) {
    Worker& worker = *workers_[i];
    found.done += worker.done.load();
    if (left_behind()) continue;  // Whoever had its lock at the fork is not here.
    Guard guard(worker.lock);
    found.queued += worker.count;
  }
  if (left_behind()) return {.done = found.done};
  found.threads = workers;
  const std::int64_t in_place = std::max<std::int64_t>(run_in_place_.load(), 0);
  found.queued -= std::min(found.queued, static_cast<std::size_t>(in_place));
  const std::uint32_t idle = std::min(workers, searching_.load() + sleeping_.load());
  found.idle = idle;
  found.running = workers - std::min(workers, idle + starting_.load());
  return found;
}

// ---- giving ----

void ThreadPool::submit(CoreRef<FutureCore> task) {
  if (left_behind()) {
    throw RuntimeError("the pool's threads stayed in the parent process; a forked child makes a pool of its own");
  }
  task->home = this;
  if (observer_ == nullptr) [[likely]] {
    take_in(std::move(task));
    return;
  }
  const auto told = Access::handle<futures::AnyFuture>(CoreRef<FutureCore>::share(task.get()));
  observe([&](futures::PoolObserver& observer) { observer.submitted(told); });
  try {
    take_in(std::move(task));
  } catch (...) {  // Whoever heard of it may have kept it.
    FutureCore& refused = Access::core(told);
    if (refused.cancel()) refused.notify_cancelled();
    throw;
  }
}

void ThreadPool::take_in(CoreRef<FutureCore> task) {
  if (is_worker()) {
    submit_inside(std::move(task), *static_cast<Worker*>(t_worker));
  } else {
    submit_outside(std::move(task));
  }
}

void ThreadPool::submit_outside(CoreRef<FutureCore> task) {
  Waiter* helper = nullptr;
  {
    Guard guard(lock_);
    if (refuses_.load()) [[unlikely]]
      refuse();
    const std::uint64_t submitted = submitted_.load() + 1;
    intake_.push_back(task.get());
    submitted_.store(submitted);
    try {
      helper = find_help([&] { return submitted - started_.load(); });
    } catch (...) {  // There is no worker at all, so nobody has taken it.
      intake_.unlink(task.get());
      submitted_.store(submitted - 1);
      throw;
    }
    static_cast<void>(task.release());  // The queue's now.
  }
  if (helper != nullptr) helper->notify();
}

void ThreadPool::submit_inside(CoreRef<FutureCore> task, Worker& me) {
  std::uint64_t queued = 0;
  {
    Guard guard(me.lock);
    // Looked at under the lock: who empties all queues raises it first and takes the lock after that.
    if (!refuses_.load()) [[likely]] {
      task->queue = &me;
      task->stamp = submitted_.load();
      me.own.push_back(task.get());
      me.update_stamp();
      static_cast<void>(task.release());
      queued = ++me.count;
    }
  }
  if (queued == 0) {
    Guard guard(lock_);
    refuse();
  }
  if (!submits_inside_.load()) submits_inside_.store(true);
  call_for_help([&] { return queued; });
}

void ThreadPool::refuse() {
  if (!broken_.empty()) throw futures::BrokenThreadPool(broken_);
  throw RuntimeError(exiting_ ? "cannot schedule new futures after interpreter shutdown"
                              : "cannot schedule new futures after shutdown");
}

template <class Queued>
void ThreadPool::call_for_help(Queued queued) {
  const std::uint32_t searching = searching_.load();
  if (searching != 0 && searching >= queued()) return;
  if (sleeping_.load() == 0 && worker_count_.load() == max_workers_) return;
  Waiter* helper = nullptr;
  {
    Guard guard(lock_);
    try {
      helper = find_help(queued);
    } catch (const RuntimeError&) {  // No more threads to be had: those there are will do it.
    }
  }
  if (helper != nullptr) helper->notify();
}

template <class Queued>
Waiter* ThreadPool::find_help(Queued queued) {
  // queued() may cost a cache line that the workers write: not asked where all of them are at work.
  const std::uint32_t searching = searching_.load();
  if (searching != 0 && searching >= queued()) return nullptr;
  if (Waiter* const sleeper = sleepers_.pop_front()) {
    sleeping_.store(sleeping_.load() - 1);
    searching_.fetch_add(1);
    return sleeper;
  }
  const std::uint32_t workers = worker_count_.load();
  if (workers == max_workers_ || ended_.load()) return nullptr;
  // One that is about to begin takes a task, but may be long in its initializer, so it keeps nobody asleep.
  if (searching_.load() + starting_.load() < queued()) {
    try {
      start_worker();
    } catch (...) {  // No more threads, or no memory for one: those there are will do it.
      if (workers == 0) throw;
    }
  }
  return nullptr;
}

void ThreadPool::start_worker() {
  const std::uint32_t index = worker_count_.load();
  auto worker = std::make_unique<Worker>();
  worker->name = prefix_ + "_" + std::to_string(index);
  workers_[index] = std::move(worker);
  starting_.fetch_add(1);
  try {
    start_thread(*workers_[index]);
  } catch (...) {
    starting_.fetch_sub(1);
    workers_[index].reset();
    throw;
  }
  worker_count_.store(index + 1);
}

void ThreadPool::start_thread(Worker& worker) {
  threads_.reserve(threads_.size() + 1);
  threading::Thread thread({.name = worker.name, .daemon = false},
                           [self = shared_from_this(), &worker] { self->work(worker); });
  const threading::ThreadHandle handle = thread;
  std::move(thread).start();  // Let go: the last reference to the pool may be a worker's own.
  threads_.push_back(handle);
}

// ---- a worker ----

void ThreadPool::work(Worker& me) {
  // pthread_cancel ends the thread, not the worker: another thread takes its place.
  struct Place {
    ~Place() {
      t_worker = nullptr;
      set_current_home(nullptr);
      if (left) return;
      try {
        Guard guard(pool.lock_);
        pool.starting_.fetch_add(1);
        pool.start_thread(me);
      } catch (...) {  // No threads to be had.
        pool.starting_.fetch_sub(1);
      }
    }
    ThreadPool& pool;
    Worker& me;
    bool left = false;
  } place{*this, me};
  set_current_home(this);
  t_worker = &me;
  observe([&](futures::PoolObserver& observer) { observer.worker_up(me.name); });
  const bool ready = initialize();
  // First counted as searching: whoever relied on its coming still can.
  if (ready) searching_.fetch_add(1);
  starting_.fetch_sub(1);
  if (ready) {
    bool searching = true;
    while (FutureCore* const task = next_task(me, searching)) {
      searching = false;
      run(task, me);
    }
  }
  place.left = true;
  observe([&](futures::PoolObserver& observer) { observer.worker_down(me.name); });
}

bool ThreadPool::initialize() {
  if (!initializer_) return true;
  try {
    initializer_();
    return true;
  } catch (abi::__forced_unwind&) {
    starting_.fetch_sub(1);  // The thread that takes this one's place counts itself.
    throw;
  } catch (...) {
    report("Exception in initializer", std::current_exception());
  }
  {
    Guard guard(lock_);
    broken_ = kBroken;
    refuses_.store(true);
  }
  FutureCore* next = take_all();
  while (FutureCore* const task = next) {
    next = task->next;
    const auto held = CoreRef<FutureCore>::adopt(task);
    if (task->claim()) {
      task->forget_task();
      task->mark_read();  // The initializer's failure has been reported.
      task->finish_with(std::make_exception_ptr(futures::BrokenThreadPool(kBroken)));
    } else {
      discard(*task);
    }
  }
  return false;
}

FutureCore* ThreadPool::next_task(Worker& me, bool searching) {
  if (FutureCore* const task = take(me)) {
    if (searching) stop_searching();
    return task;
  }
  if (!searching) searching_.fetch_add(1);
  for (;;) {
    const bool lingers = me.lingers.worth_trying();
    Spin spin(me.spins, Deadline());
    do {
      if (anything()) {
        if (lingers) {
          // Where tasks come thick and fast, one does better to fetch a few of them than to fight over each.
          const std::uint64_t before = submitted_.load();
          linger();
          me.lingers.learn(submitted_.load() - before >= 3);
        }
        if (FutureCore* const task = take(me)) {
          spin.paid_off();
          stop_searching();
          return task;
        }
      } else if (ended_.load()) {
        searching_.fetch_sub(1);
        return nullptr;
      }
    } while (spin.longer_step());

    Waiter waiter;
    {
      Guard guard(lock_);
      sleepers_.push_back(waiter);
      sleeping_.store(sleeping_.load() + 1);
      searching_.fetch_sub(1);
      // After that, so that what is queued before the look is seen here, and what is queued after it finds a sleeper.
      if (anything() || ended_.load()) {
        sleepers_.remove(waiter);
        sleeping_.store(sleeping_.load() - 1);
        searching_.fetch_add(1);
        continue;
      }
    }
    waiter.wait_notified();  // Whoever notifies has counted this worker as searching again.
  }
}

// One that has found something passes the search on: others may have relied on it for what they queued meanwhile.
void ThreadPool::stop_searching() {
  searching_.fetch_sub(1);
  if (anything()) call_for_help([] { return std::uint64_t{1}; });
}

void ThreadPool::run(FutureCore* task, Worker& me) {
  const auto held = CoreRef<FutureCore>::adopt(task);
  if (task->claim()) {
    run_claimed(*task, me);
  } else {
    discard(*task);
  }
}

void ThreadPool::discard(FutureCore& task) noexcept {
  if (task.claimed()) {
    run_in_place_.fetch_sub(1);
  } else {
    task.forget_task();
  }
}

void ThreadPool::run_claimed(FutureCore& task, Worker& me) {
  if (observer_ == nullptr) [[likely]] {
    task.run();
  } else {
    const auto future = Access::handle<futures::AnyFuture>(CoreRef<FutureCore>::share(&task));
    observe([&](futures::PoolObserver& observer) { observer.started(future); });
    task.run();
    observe(
        [&](futures::PoolObserver& observer) { task.failed() ? observer.failed(future) : observer.finished(future); });
  }
  // Relaxed: a number for stats(), which only this thread writes.
  me.done.store(me.done.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

template <class Call>
void ThreadPool::observe(Call call) noexcept {
  if (observer_ == nullptr) return;
  try {
    call(*observer_);
  } catch (...) {
    report("exception in a PoolObserver", std::current_exception());
  }
}

bool ThreadPool::run_in_place(FutureCore& task) {
  if (!task.claim()) return false;
  Worker& me = *static_cast<Worker*>(t_worker);
  const auto held = CoreRef<FutureCore>::share(&task);
  bool linked = false;
  if (task.queue == &me) {
    {
      Guard guard(me.lock);
      linked = TaskChain::holds(task);
      if (linked) {
        me.own.unlink(&task);
        --me.count;
        me.update_stamp();
      }
    }
    if (linked) task.drop();  // The queue's reference.
  }
  if (!linked) run_in_place_.fetch_add(1);
  run_claimed(task, me);
  return true;
}

}  // namespace skein::inline v0::internal
