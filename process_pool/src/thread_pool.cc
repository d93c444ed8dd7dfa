#include <skein/core/errors.h>
#include <skein/futures/errors.h>
#include <skein/multiprocessing/cpu_count.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/internal/thread_pool_core.h>
#include <skein/multiprocessing/internal/thread_pool_jobs.h>
#include <skein/multiprocessing/thread_pool.h>
#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/at_shutdown.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <algorithm>
#include <exception>
#include <list>
#include <memory>
#include <utility>

namespace skein::inline v0::multiprocessing {

namespace internal {

using skein::internal::Guard;

namespace {

std::size_t workers_of(const std::optional<std::int64_t>& asked) {
  if (!asked.has_value()) return static_cast<std::size_t>(cpu_count());
  if (*asked < 1) throw ValueError("Number of processes must be at least 1");
  return static_cast<std::size_t>(*asked);
}

std::exception_ptr pool_was_terminated() {
  return std::make_exception_ptr(ProcessError("the pool has been terminated"));
}

// Those that there are. Leaked, because they may be statics.
struct ThreadPools {
  threading::Lock lock;
  std::list<std::weak_ptr<ThreadPoolCore>> all SKEIN_GUARDED_BY(lock);
};
ThreadPools& thread_pools() {
  static auto* const known = [] {
    skein::internal::hold_lock_at_fork<thread_pools>();
    return new ThreadPools;
  }();
  return *known;
}
[[maybe_unused]] const ThreadPools& g_made_at_load = thread_pools();

// The process ends: what CPython's own exit handler does.
void terminate_all() noexcept {
  std::list<std::weak_ptr<ThreadPoolCore>> all;
  {
    const Guard guard(thread_pools().lock);
    all.swap(thread_pools().all);
  }
  for (const auto& each : all) {
    if (const auto pool = each.lock()) pool->terminate();
  }
}

constinit thread_local const ThreadPoolCore* t_own = nullptr;  // Whose thread this is.
constinit thread_local bool t_giving = false;

}  // namespace

ThreadPoolCore::OwnThread::OwnThread(const ThreadPoolCore* pool) noexcept : outer_(std::exchange(t_own, pool)) {}
ThreadPoolCore::OwnThread::~OwnThread() { t_own = outer_; }
ThreadPoolCore::Giving::Giving() noexcept { t_giving = true; }
ThreadPoolCore::Giving::~Giving() { t_giving = false; }
bool ThreadPoolCore::Giving::now() noexcept { return t_giving; }

bool ThreadSource::feed(PoolCore& /*pool*/) noexcept { return false; }

ThreadPoolCore::ThreadPoolCore(std::optional<std::int64_t> processes, std::function<void()> initializer)
    : count_(workers_of(processes)),
      callbacks_({.max_workers = 1, .thread_name_prefix = "ThreadPoolCallbacks"}),
      reader_({.max_workers = 1, .thread_name_prefix = "ThreadPoolReader"}),
      workers_({.max_workers = static_cast<std::int64_t>(count_), .initializer = std::move(initializer)}) {}

void ThreadPoolCore::check_running() const {
  if (left_behind()) {
    throw RuntimeError("the pool's threads stayed in the parent process; a forked child makes a pool of its own");
  }
  if (state_.load() != State::kRun) throw ValueError("Pool not running");
}

void ThreadPoolCore::tell(const std::function<void()>& call) noexcept {
  try {
    // Only its address: in a thread of the pool's own its destructor does not wait for this.
    static_cast<void>(callbacks_.submit([this, call] {
      const OwnThread own(this);
      call();
    }));
  } catch (...) {  // It has been shut down, or there is no memory for it.
    call();
  }
}

void ThreadPoolCore::add(const std::shared_ptr<ThreadSource>& source) {
  {
    const Guard guard(lock_);
    if (state_.load() != State::kRun) throw ValueError("Pool not running");
    sources_.push_back(source);
  }
  wake(source);
}

void ThreadPoolCore::wake(const std::shared_ptr<ThreadSource>& source) noexcept {
  try {
    // The reading may come to its turn when the pool has been destroyed, in that very thread.
    static_cast<void>(reader_.submit([weak = weak_from_this(), source] {
      if (const auto pool = weak.lock()) source->read(pool->state_.load() == State::kClose);
    }));
  } catch (...) {  // It has been shut down, or there is no thread for it: nobody will read.
    source->cut(std::current_exception());
    remove(*source);
  }
}

std::exception_ptr ThreadPoolCore::why_dropped() const {
  if (state_.load() == State::kTerminate) return pool_was_terminated();
  return std::make_exception_ptr(
      futures::BrokenThreadPool("A thread initializer failed, the thread pool is not usable anymore"));
}

std::exception_ptr ThreadPoolCore::why_refused() const {
  return state_.load() == State::kTerminate ? pool_was_terminated() : std::current_exception();
}

void ThreadPoolCore::remove(const ThreadSource& source) noexcept {
  std::shared_ptr<ThreadSource> removed;  // Let go without the lock.
  bool last = false;
  {
    const Guard guard(lock_);
    const auto found = std::ranges::find(sources_, &source, &std::shared_ptr<ThreadSource>::get);
    if (found == sources_.end()) return;
    removed = std::move(*found);
    sources_.erase(found);
    last = sources_.empty() && state_.load() != State::kRun;
    changed_.notify_all();
  }
  if (last) workers_.shutdown(false);
}

void ThreadPoolCore::close() {
  if (left_behind()) return;
  std::vector<std::shared_ptr<ThreadSource>> sources;
  {
    const Guard guard(lock_);
    if (state_.load() != State::kRun) return;
    state_.store(State::kClose);
    sources = sources_;
  }
  if (sources.empty()) workers_.shutdown(false);
  for (const auto& source : sources) wake(source);  // What is not looked at does not hold it up any more.
}

void ThreadPoolCore::terminate() {
  if (left_behind()) return;
  std::vector<std::shared_ptr<ThreadSource>> sources;
  {
    const Guard guard(lock_);
    if (state_.load() == State::kTerminate) return;
    state_.store(State::kTerminate);
    sources.swap(sources_);
    changed_.notify_all();
  }
  for (const auto& source : sources) source->cut(pool_was_terminated());
  workers_.shutdown({.wait = false, .cancel_futures = true});
}

void ThreadPoolCore::join() {
  if (left_behind()) return;
  if (state_.load() == State::kRun) throw ValueError("Pool is still running");
  if (t_own == this) throw RuntimeError("cannot join current thread");  // Now: what it waits for may never come.
  {
    const Guard guard(lock_);
    static_cast<void>(changed_.wait_for([this]() SKEIN_NO_THREAD_SAFETY_ANALYSIS { return sources_.empty(); }));
  }
  workers_.shutdown(true);
  reader_.shutdown(true);
  callbacks_.shutdown(true);
}

}  // namespace internal

ThreadPool::ThreadPool(Options options)
    : core_(std::make_shared<internal::ThreadPoolCore>(options.processes.get(), std::move(options.initializer))) {
  // After the executors inside have asked for theirs, which finishes what is queued: the last one goes first.
  static const bool registered = (skein::internal::at_shutdown(&internal::terminate_all), true);
  static_cast<void>(registered);
  internal::ThreadPools& known = internal::thread_pools();
  const skein::internal::Guard guard(known.lock);
  std::erase_if(known.all, [](const auto& each) { return each.expired(); });
  known.all.push_back(core_);
}
ThreadPool::~ThreadPool() {
  core_->terminate();
  try {
    core_->join();
  } catch (const RuntimeError&) {  // In a thread of its own: the pool ends when that is through.
  }
}

void ThreadPool::close() { core_->close(); }
void ThreadPool::terminate() { core_->terminate(); }
void ThreadPool::join() { core_->join(); }

}  // namespace skein::inline v0::multiprocessing
