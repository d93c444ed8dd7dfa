#include <skein/core/errors.h>
#include <skein/core/thread_safety.h>
#include <skein/futures/process_pool_executor.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <csignal>
#include <utility>
#include <vector>

#include "process_pool.h"

namespace skein::inline v0::futures {
namespace {

using internal::ProcessPool;

// Pools whose executors went in a done callback of theirs, so that nobody could wait for their end. Leaked, because
// executors may be statics.
struct Orphans {
  threading::Lock lock;
  std::vector<std::shared_ptr<ProcessPool>> pools SKEIN_GUARDED_BY(lock);
};
Orphans& orphans() {
  static auto* const all = new Orphans;
  return *all;
}

void let_ended_orphans_go() {
  std::vector<std::shared_ptr<ProcessPool>> ended;  // Destroyed outside of the lock.
  Orphans& all = orphans();
  internal::Guard guard(all.lock);
  std::erase_if(all.pools, [&](std::shared_ptr<ProcessPool>& pool) {
    if (!pool->has_ended()) return false;
    ended.push_back(std::move(pool));
    return true;
  });
}

}  // namespace

ProcessPoolExecutor::ProcessPoolExecutor(Options options) : pool_(std::make_shared<ProcessPool>(std::move(options))) {
  let_ended_orphans_go();
}

ProcessPoolExecutor::~ProcessPoolExecutor() {
  pool_->close(false);
  if (pool_->join()) return;
  Orphans& all = orphans();
  internal::Guard guard(all.lock);
  all.pools.push_back(std::move(pool_));
}

void ProcessPoolExecutor::shutdown(ShutdownOptions options) {
  pool_->close(options.cancel_futures);
  if (options.wait && !pool_->join()) throw RuntimeError("cannot join current thread");
}

void ProcessPoolExecutor::terminate_workers() { pool_->terminate(SIGTERM, "terminate_workers() was called"); }

void ProcessPoolExecutor::kill_workers() { pool_->terminate(SIGKILL, "kill_workers() was called"); }

PoolStats ProcessPoolExecutor::stats() const { return pool_->stats(); }

void ProcessPoolExecutor::start(internal::ProcessJob& job, const AnyFuture& future, const SubmitOptions& options) {
  if (!options.timeout.unlimited()) job.deadline = Deadline(options.timeout);
  job.on_worker_lost = options.on_worker_lost;
  pool_->submit(job, future);
}

std::shared_ptr<ProcessPool> ProcessPoolExecutor::watched() const { return pool_->watches() ? pool_ : nullptr; }

void ProcessPoolExecutor::execute(WorkItem /*item*/) {
  throw TypeError(
      "a ProcessPoolExecutor runs nothing through futures::Executor, where the types are lost that have to be known to "
      "send a call to another process: call submit() or map() of the ProcessPoolExecutor itself");
}

}  // namespace skein::inline v0::futures
