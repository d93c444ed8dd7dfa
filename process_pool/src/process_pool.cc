#include "process_pool.h"

#include <skein/core/errors.h>
#include <skein/futures/internal/report.h>
#include <skein/multiprocessing/context.h>

#include <sched.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace skein::inline v0::internal {
namespace {

namespace engine = multiprocessing::internal;

constexpr const char* kClosed = "cannot schedule new futures after shutdown";
constexpr const char* kBroken =
    "A process in the process pool was terminated abruptly while the future was running or pending.";
constexpr const char* kRefuses = "A child process terminated abruptly, the process pool is not usable anymore";

template <std::invocable Call>
void observe(Call call) noexcept {
  try {
    call();
  } catch (...) {
    report("exception in a PoolObserver", std::current_exception());
  }
}

// Brings what the engine tells of its workers to the pool's observer.
class Workers final : public engine::WorkerObserver {
 public:
  explicit Workers(std::shared_ptr<futures::PoolObserver> observer) noexcept : observer_(std::move(observer)) {}
  void worker_up(const std::string& name) noexcept override {
    observe([&] { observer_->worker_up(name); });
  }
  void worker_down(const std::string& name) noexcept override {
    observe([&] { observer_->worker_down(name); });
  }

 private:
  const std::shared_ptr<futures::PoolObserver> observer_;
};

std::size_t workers_of(const std::optional<std::int64_t>& asked) {
  if (asked.has_value()) {
    if (*asked <= 0) throw ValueError("max_workers must be greater than 0");
    return static_cast<std::size_t>(*asked);
  }
  cpu_set_t usable;
  CPU_ZERO(&usable);
  return ::sched_getaffinity(0, sizeof usable, &usable) == 0 ? static_cast<std::size_t>(CPU_COUNT(&usable)) : 1;
}

engine::Method method_of(const futures::ProcessPoolExecutorOptions& options) {
  const multiprocessing::Context context = options.mp_context.has_value() ? *options.mp_context
                                           : options.max_tasks_per_child.has_value()
                                               ? multiprocessing::get_context("spawn")
                                               : multiprocessing::get_context();
  const std::string name = context.get_start_method();
  if (name == "spawn") return engine::Method::kSpawn;
  return name == "forkserver" ? engine::Method::kForkserver : engine::Method::kFork;
}

std::optional<std::uint64_t> max_tasks_of(const std::optional<std::int64_t>& asked, engine::Method method) {
  if (!asked.has_value()) return std::nullopt;
  if (*asked <= 0) throw ValueError("max_tasks_per_child must be >= 1");
  if (method == engine::Method::kFork) {
    throw ValueError(
        "max_tasks_per_child is incompatible with the 'fork' multiprocessing start method; supply a different "
        "mp_context.");
  }
  return static_cast<std::uint64_t>(*asked);
}

engine::EngineOptions engine_options(futures::ProcessPoolExecutorOptions& options) {
  engine::EngineOptions made;
  made.workers = workers_of(options.max_workers);
  made.method = method_of(options);
  made.max_tasks = max_tasks_of(options.max_tasks_per_child, made.method);
  made.initializer = options.initializer.take();
  made.on_worker_lost = options.on_worker_lost;
  made.retries = options.retries;
  if (options.observer != nullptr) made.observer = std::make_shared<Workers>(options.observer);
  made.broken = [](const std::string& cause) {
    return std::make_exception_ptr(futures::BrokenProcessPool(kBroken, cause));
  };
  return made;
}

}  // namespace

ProcessPool::ProcessPool(futures::ProcessPoolExecutorOptions options)
    : observer_(options.observer), cancel_kills_(options.cancel_kills), engine_(engine_options(options)) {}

void ProcessPool::submit(ProcessJob& job, const futures::AnyFuture& future) {
  if (observer_ != nullptr) observe([&] { observer_->submitted(future); });
  try {
    engine_.submit(job, kClosed);
  } catch (const futures::BrokenProcessPool& broken) {
    throw futures::BrokenProcessPool(kRefuses, broken.cause());
  }
}

void ProcessPool::stop(ProcessJob& job) noexcept {
  if (!cancel_kills_) return;
  try {
    engine_.stop(job, std::make_exception_ptr(futures::CancelledError()));
  } catch (...) {  // No memory: it runs on, as where it may not be stopped.
  }
}

void ProcessPool::close(bool cancel_futures) {
  engine_.close();
  if (cancel_futures) engine_.cancel_queued();
}

void ProcessPool::terminate(int signal, const char* by) {
  close(true);
  engine_.terminate(signal, by);
}

bool ProcessPool::join() {
  if (engine_.in_engine_thread()) return false;
  static_cast<void>(engine_.join(Deadline()));
  return true;
}

bool ProcessPool::has_ended() { return !engine_.in_engine_thread() && engine_.join(Deadline(Timeout(0))); }

futures::PoolStats ProcessPool::stats() const {
  const engine::EngineStats found = engine_.stats();
  const std::size_t busy = found.workers - std::min(found.workers, found.idle);
  const std::size_t running = std::min(busy, found.running);
  return {.queued = found.queued + found.running - running,
          .running = running,
          .idle = found.idle,
          .done = found.done,
          .threads = found.workers};
}

void ProcessPool::started(FutureCore& future) noexcept {
  if (observer_ == nullptr) return;
  observe([&] { observer_->started(Access::handle<futures::AnyFuture>(CoreRef<FutureCore>::share(&future))); });
}

void ProcessPool::ended(FutureCore& future) noexcept {
  if (observer_ == nullptr) return;
  observe([&] {
    const auto handle = Access::handle<futures::AnyFuture>(CoreRef<FutureCore>::share(&future));
    future.failed() ? observer_->failed(handle) : observer_->finished(handle);
  });
}

}  // namespace skein::inline v0::internal
