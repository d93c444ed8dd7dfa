#include <skein/core/errors.h>
#include <skein/multiprocessing/cpu_count.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/internal/pool_core.h>
#include <skein/threading/internal/at_shutdown.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/thread.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "start_method.h"

namespace skein::inline v0::multiprocessing::internal {

using skein::internal::Guard;

namespace {

constexpr const char kTerminated[] = "the pool was terminated before the call had a result";  // NOLINT

// When the process ends, reading threads stop wherever they are: they are not waited for any more.
std::atomic<bool> g_exiting{false};

std::exception_ptr broken(const std::string& cause) { return std::make_exception_ptr(ProcessError(cause)); }

}  // namespace

PoolSource::~PoolSource() = default;

std::shared_ptr<PoolCore> PoolCore::make(PoolSettings settings) {
  // In this order, as CPython.
  const std::int64_t processes = settings.processes.has_value() ? *settings.processes : cpu_count();
  if (processes < 1) throw ValueError("Number of processes must be at least 1");
  if (settings.maxtasksperchild.has_value() && *settings.maxtasksperchild <= 0) {
    throw ValueError("maxtasksperchild must be a positive int or None");
  }
  if (settings.retries < 0) throw ValueError("retries must be non-negative");
  EngineOptions options;
  options.workers = static_cast<std::size_t>(processes);
  options.method = settings.method.has_value() ? *settings.method : default_method();
  options.initializer = std::move(settings.initializer);
  if (settings.maxtasksperchild.has_value()) {
    options.max_tasks = static_cast<std::uint64_t>(*settings.maxtasksperchild);
  }
  options.on_worker_lost = settings.on_worker_lost;
  options.retries = static_cast<std::uint32_t>(std::min<std::int64_t>(settings.retries, UINT32_MAX));
  options.noun = "PoolWorker";
  options.daemon = true;
  options.all_at_once = true;
  options.end_at_exit = true;
  options.broken = &broken;
  return std::make_shared<PoolCore>(std::move(options));
}

PoolCore::PoolCore(EngineOptions options) : workers_(options.workers), engine_(std::move(options)) {}
PoolCore::~PoolCore() = default;

void PoolCore::check_running() const {
  if (state_.load() != State::kRun) throw ValueError(kNotRunning);
}

void PoolCore::submit(Job& job) {
  check_running();
  try {
    engine_.submit(job, kNotRunning);
  } catch (const std::exception&) {
    check_running();  // It has been closed in between.
    throw;
  }
}

void PoolCore::close() {
  if (is_left_behind()) return;
  bool close_engine = false;
  {
    const Guard guard(lock_);
    if (state_.load() != State::kRun) return;
    state_.store(State::kClose);
    close_engine = closes_engine();
  }
  if (close_engine) engine_.close();
}

void PoolCore::terminate() {
  if (is_left_behind()) return;
  std::list<std::shared_ptr<PoolSource>> sources;
  {
    const Guard guard(lock_);
    state_.store(State::kTerminate);
    sources.swap(sources_);
    changed_.notify_all();
  }
  const std::exception_ptr why = broken(kTerminated);
  for (const std::shared_ptr<PoolSource>& source : sources) source->cut(why);
  engine_.terminate(SIGTERM, kTerminated);
  if (!engine_.in_engine_thread()) engine_.join({});
}

void PoolCore::join() {
  if (is_left_behind()) return;
  if (state_.load() == State::kRun) throw ValueError("Pool is still running");
  if (engine_.in_engine_thread()) throw RuntimeError("cannot join current thread");
  {
    const Guard guard(lock_);
    if (has_reader_ && reader_ == skein::internal::thread_token()) throw RuntimeError("cannot join current thread");
    draining_ = true;
    changed_.notify_all();
    while (state_.load() == State::kClose && !closes_engine()) changed_.wait();
  }
  // Who has seen the end of the last source may not have got to this yet.
  if (state_.load() == State::kClose) engine_.close();
  engine_.join({});
}

void PoolCore::end() noexcept { terminate(); }

bool PoolCore::is_left_behind() const noexcept { return engine_.left_behind_by_fork(); }

void PoolCore::read(std::shared_ptr<PoolSource> source) {
  const Guard guard(lock_);
  check_running();
  if (!has_reader_) {
    static const bool registered = (skein::internal::at_shutdown([] { g_exiting.store(true); }), true);
    static_cast<void>(registered);
    // It shares this, so that nobody has to wait until it is out of the user's range.
    threading::Thread reader({.daemon = true}, [self = shared_from_this()] { self->run_reader(); });
    reader.start();
    has_reader_ = true;
  }
  sources_.push_back(std::move(source));
  changed_.notify_all();
}

bool PoolCore::forget(const PoolSource& source) {
  if (is_left_behind()) return false;
  std::shared_ptr<PoolSource> dropped;
  bool close_engine = false;
  {
    const Guard guard(lock_);
    const auto place =
        std::find_if(sources_.begin(), sources_.end(), [&source](const auto& other) { return other.get() == &source; });
    if (place != sources_.end()) {
      dropped = std::move(*place);
      sources_.erase(place);
    }
    while (reading_ == &source) {
      if (reader_ == skein::internal::thread_token() || g_exiting.load()) return false;
      changed_.wait();
    }
    close_engine = closes_engine();
    changed_.notify_all();
  }
  if (close_engine) engine_.close();
  return true;
}

void PoolCore::poke() {
  const Guard guard(lock_);
  changed_.notify_all();
}

std::shared_ptr<PoolSource> PoolCore::next_source() {
  for (auto place = sources_.begin(); place != sources_.end(); ++place) {
    if (!(*place)->has_room(draining_)) continue;
    sources_.splice(sources_.end(), sources_, place);  // Then it is the others' turn.
    return sources_.back();
  }
  return nullptr;
}

void PoolCore::run_reader() {
  lock_.lock();
  reader_ = skein::internal::thread_token();
  while (state_.load() != State::kTerminate) {
    std::shared_ptr<PoolSource> source = next_source();
    if (source == nullptr) {
      if (state_.load() == State::kClose && sources_.empty()) break;
      changed_.wait();
      continue;
    }
    reading_ = source.get();
    lock_.unlock();
    const bool more = source->feed(*this);
    lock_.lock();
    reading_ = nullptr;
    if (!more) sources_.remove(source);
    const bool close_engine = closes_engine();
    changed_.notify_all();
    lock_.unlock();
    if (close_engine) engine_.close();
    source.reset();  // What is the user's, without the lock.
    lock_.lock();
  }
  has_reader_ = false;
  lock_.unlock();
}

}  // namespace skein::inline v0::multiprocessing::internal
