#include "engine.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/at_shutdown.h>
#include <skein/threading/internal/guard.h>

#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <list>
#include <utility>

#include "pool_worker.h"
#include "process_state.h"

namespace skein::inline v0::multiprocessing::internal {

using skein::internal::Guard;
using skein::internal::monotonic_ns;

namespace {

// Who has not heard a SIGTERM by then is killed.
constexpr std::int64_t kUntilKill = 1'000'000'000;

// Those that there are. Leaked, because they may be statics.
struct Engines {
  threading::Lock lock;
  std::list<std::weak_ptr<Engine>> all SKEIN_GUARDED_BY(lock);
};
Engines& engines() {
  static auto* const known = [] {
    skein::internal::hold_lock_at_fork<engines>();
    return new Engines;
  }();
  return *known;
}
[[maybe_unused]] const Engines& g_made_at_load = engines();

ParentOnly make_bell() {
  SKEIN_FAULT("engine.bell");
  auto bell = ParentOnly::opened_by([] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); });
  if (!bell) throw OSError(std::error_code(errno, std::generic_category()), "cannot make a pool's bell");
  return bell;
}

}  // namespace

Engine::Engine(EngineOptions options)
    : options_(std::move(options)), observed_(options_.observer != nullptr), bell_(make_bell()) {}

Engine::~Engine() = default;

void Engine::begin() {
  static const bool registered = (skein::internal::at_shutdown([] { Engine::end_all(); }), true);
  static_cast<void>(registered);
  {
    Engines& known = engines();
    Guard guard(known.lock);
    std::erase_if(known.all, [](const auto& each) { return each.expired(); });
    known.all.push_back(weak_from_this());
  }
  if (!options_.all_at_once) return;
  Guard guard(start_lock_);
  try {
    for (std::size_t i = 0; i < options_.workers; ++i) start_worker();
    start_thread();
  } catch (...) {
    Ends none;
    {
      Guard inner(lock_);
      give_up("a worker could not be started", SIGKILL, none);
      members_.clear();
    }
    throw;
  }
}

// The process ends: what CPython's own exit handlers do.
void Engine::end_all() noexcept {
  std::list<std::weak_ptr<Engine>> all;
  {
    Guard guard(engines().lock);
    all.swap(engines().all);
  }
  for (const auto& each : all) {
    const std::shared_ptr<Engine> engine = each.lock();
    if (engine == nullptr || engine->left_behind()) continue;
    if (engine->options_.end_at_exit) {
      engine->terminate(SIGTERM, "the process that made the pool has ended");
    } else {
      engine->close();
    }
  }
}

// ---- starting ----

std::size_t Engine::places_left() const {
  // One that gets no more calls makes room for its successor.
  const auto counts = [](const Member& member) { return !member->finishing; };
  const auto taken = static_cast<std::size_t>(std::ranges::count_if(members_, counts));
  return options_.workers > taken ? options_.workers - taken : 0;
}

bool Engine::needs_worker() const {
  if (broken_ || places_left() == 0) return false;
  if (options_.all_at_once) return !closed_ || !queue_.empty();
  if (queue_.empty()) return false;
  // As many as there are calls for which nobody is idle.
  const auto idle = [](const Member& member) { return !member->finishing && member->in_flight() == 0; };
  return static_cast<std::size_t>(std::ranges::count_if(members_, idle)) < queue_.size();
}

// The engine must not end before the new worker is one of its members, which somebody will tell to end.
class Engine::Starting {
 public:
  explicit Starting(Engine& engine) : engine_(engine) {
    Guard guard(engine_.lock_);
    engine_.members_.reserve(engine_.members_.size() + 1);
    engine_.starting_ = true;
  }
  ~Starting() {
    {
      Guard guard(engine_.lock_);
      engine_.starting_ = false;
    }
    engine_.ring();
  }
  Starting(const Starting&) = delete;
  Starting& operator=(const Starting&) = delete;

 private:
  Engine& engine_;
};

void Engine::start_worker() {
  SKEIN_FAULT("engine.start");
  const Starting starting(*this);
  auto member = std::make_shared<PoolMember>(bell_.number());
  const WorkerSeat seat = member->seat();
  std::unique_ptr<Work> work = std::make_unique<PoolWork>(seat, options_.initializer.get());
  Process process(Process::Bound{}, ProcessOptions{.daemon = options_.daemon}, std::move(work));
  {
    ProcessState& state = *process.state_;
    Guard guard(ProcessRegistry::instance().lock);
    static constexpr std::array kPrefixes{"Fork", "Spawn", "ForkServer"};
    state.name =
        std::string(kPrefixes[static_cast<std::size_t>(options_.method)]) + options_.noun + '-' + state.number();
    state.method = options_.method;
  }
  member->start(std::move(process));
  SKEIN_FAULT("engine.started");
  {
    Guard guard(lock_);
    members_.push_back(member);
    if (broken_) {  // Meanwhile: as give_up() does with those that it finds.
      member->order_to_finish();
      member->signal(SIGTERM);
      if (!kill_at_.has_value()) kill_at_ = monotonic_ns() + kUntilKill;
    }
  }
  if (observed_) options_.observer->worker_up(member->name());
}

void Engine::start_thread() {
  if (thread_started_.load()) return;
  SKEIN_FAULT("engine.thread");
  threading::Thread thread({.name = "PoolEngine", .daemon = false}, [self = shared_from_this()] { self->run(); });
  const threading::ThreadHandle handle = thread;
  std::move(thread).start();  // Let go: it may be the last to have the engine.
  thread_ = handle;
  thread_started_.store(true);
}

// With fork the first workers are made before the engine's thread, and all at once: later that would be a fork beside
// other threads.
void Engine::start_workers_for_submit() {
  Guard guard(start_lock_);
  for (;;) {
    {
      Guard inner(lock_);
      const bool all = options_.method == Method::kFork && !thread_started_.load();
      if (broken_ || (closed_ && queue_.empty())) break;
      if (all ? places_left() == 0 : !needs_worker()) break;
    }
    try {
      start_worker();
    } catch (...) {
      Guard inner(lock_);
      if (members_.empty()) throw;
      break;  // Those that there are will do; the engine's thread tries again.
    }
  }
  start_thread();
}

// ---- submitting ----

void Engine::check_submit(const char* closed) {
  if (broken_) std::rethrow_exception(broken_error());
  if (closed_) throw RuntimeError(closed);
}

void Engine::submit(Job& job, const char* closed) {
  if (left_behind()) throw RuntimeError("the pool's workers belong to the process that this one was forked from");
  Ends ends;
  bool start = false;
  bool ring_it = false;
  {
    Guard guard(lock_);
    check_submit(closed);
    if (!job.deadline.never()) {
      deadlines_.emplace(job.deadline.ns(), &job);
      ring_it = true;
    }
    job.place_ = Job::Place::kQueued;
    queue_.push_back(job);
    // There may be workers whose engine's thread could not be started.
    start = needs_worker() || !thread_started_.load();
    if (!observed_ && !start) dispatch(ends);
  }
  if (start) {
    try {
      start_workers_for_submit();
    } catch (...) {
      {
        Guard guard(lock_);
        if (job.place_ != Job::Place::kQueued) return;  // Somebody has it.
        forget_deadline(job);
        queue_.remove(job);
        job.place_ = Job::Place::kNowhere;
      }
      throw;
    }
    if (!observed_) {
      Guard guard(lock_);
      dispatch(ends);
    }
  }
  if (observed_ || ring_it || start) ring();
  settle(ends);
}

void Engine::forget_deadline(Job& job) noexcept {
  if (!job.deadline.never()) deadlines_.erase({job.deadline.ns(), &job});
}

void Engine::end(Job& job, std::exception_ptr error, Ends& ends) noexcept {
  forget_deadline(job);
  job.place_ = Job::Place::kNowhere;
  job.error_ = std::move(error);
  ends.push_back(job);
}

// Tells jobs of their ends. Without the lock.
void Engine::settle(Ends& ends) noexcept {
  while (Job* const job = ends.pop_front()) {
    if (job->error_ != nullptr) {
      job->failed(std::move(job->error_));
    } else {
      job->refused();
    }
    job->let_go();
  }
}

void Engine::ring() noexcept {
  rings_.fetch_add(1);
  if (!asleep_.load() || !asleep_.exchange(false)) return;
  while (::eventfd_write(bell_.number(), 1) != 0 && errno == EINTR) {
  }
}

// ---- ending ----

bool Engine::stop(Job& job, std::exception_ptr why) {
  if (left_behind()) return false;
  Ends ends;
  bool stopped = false;
  {
    Guard guard(lock_);
    stopped = stop_locked(job, std::move(why), ends);
  }
  settle(ends);
  ring();
  return stopped;
}

void Engine::close() {
  if (left_behind()) return;
  {
    Guard guard(lock_);
    closed_ = true;
  }
  ring();
}

void Engine::cancel_queued() {
  if (left_behind()) return;
  Ends ends;
  {
    Guard guard(lock_);
    JobQueue stay;  // They were given to a worker before, so they count as running.
    while (Job* const job = queue_.pop_front()) {
      if (job->begun_) {
        stay.push_back(*job);
      } else {
        end(*job, nullptr, ends);
      }
    }
    queue_.take(stay);
  }
  settle(ends);
  ring();
}

std::exception_ptr Engine::broken_error() noexcept {
  try {
    if (broken_error_ == nullptr) broken_error_ = options_.broken(cause_);
    return broken_error_;
  } catch (...) {
    return std::current_exception();
  }
}

void Engine::fail_all(Ends& ends) noexcept {
  if (queue_.empty()) return;
  const std::exception_ptr error = broken_error();
  while (Job* const job = queue_.pop_front()) end(*job, error, ends);
}

void Engine::give_up(std::string cause, int signal, Ends& ends) noexcept {
  if (!std::exchange(broken_, true)) cause_ = std::move(cause);
  closed_ = true;
  fail_all(ends);
  for (const Member& member : members_) {
    member->order_to_finish();
    member->signal(signal);
  }
  if (!kill_at_.has_value()) kill_at_ = monotonic_ns() + (signal == SIGKILL ? 0 : kUntilKill);
}

void Engine::terminate(int signal, const std::string& cause) {
  if (left_behind()) return;
  Ends ends;
  {
    Guard guard(lock_);
    if (!ended_) give_up(std::string(cause), signal, ends);
  }
  settle(ends);
  ring();
}

bool Engine::join(Deadline deadline) {
  if (left_behind()) return true;
  {
    Guard guard(start_lock_);
    if (!thread_started_.load()) return true;
  }
  const auto left = [&]() -> Timeout {
    if (deadline.never()) return None;
    return std::chrono::nanoseconds(deadline.ns() - monotonic_ns());
  };
  if (!over_.wait(left())) return false;
  std::optional<threading::ThreadHandle> thread;
  {
    Guard guard(start_lock_);
    thread = thread_;
  }
  if (thread.has_value()) thread->join(left());  // It is at its very end.
  return true;
}

EngineStats Engine::stats() {
  EngineStats stats;
  Guard guard(lock_);
  stats.queued = queue_.size();
  stats.workers = members_.size();
  for (const Member& member : members_) {
    stats.running += member->in_flight();
    stats.idle += member->in_flight() == 0 ? 1 : 0;
  }
  stats.done = done_;
  return stats;
}

std::vector<int> Engine::pids() {
  std::vector<int> pids;
  Guard guard(lock_);
  pids.reserve(members_.size());
  for (const Member& member : members_) pids.push_back(member->pid());
  return pids;
}

// ---- WorkerEngine ----

WorkerEngine::WorkerEngine(EngineOptions options) : engine_(std::make_shared<Engine>(std::move(options))) {
  engine_->begin();
}
WorkerEngine::~WorkerEngine() {
  engine_->terminate(SIGTERM, "the pool was destroyed");
  if (!engine_->in_engine_thread()) static_cast<void>(engine_->join(Deadline()));
}
void WorkerEngine::submit(Job& job, const char* closed) { engine_->submit(job, closed); }
bool WorkerEngine::stop(Job& job, std::exception_ptr why) { return engine_->stop(job, std::move(why)); }
void WorkerEngine::close() { engine_->close(); }
void WorkerEngine::cancel_queued() { engine_->cancel_queued(); }
void WorkerEngine::terminate(int signal, const std::string& cause) { engine_->terminate(signal, cause); }
bool WorkerEngine::join(Deadline deadline) { return engine_->join(deadline); }
bool WorkerEngine::in_engine_thread() const noexcept { return engine_->in_engine_thread(); }
bool WorkerEngine::left_behind_by_fork() const noexcept { return engine_->left_behind(); }
EngineStats WorkerEngine::stats() const { return engine_->stats(); }
std::vector<int> WorkerEngine::pids() const { return engine_->pids(); }

}  // namespace skein::inline v0::multiprocessing::internal
