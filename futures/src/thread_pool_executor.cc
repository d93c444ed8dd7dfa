#include <skein/futures/thread_pool_executor.h>

#include <memory>
#include <string>
#include <utility>

#include "thread_pool.h"

namespace skein::inline v0::futures {

PoolObserver::~PoolObserver() = default;
void PoolObserver::submitted(const AnyFuture& /*future*/) {}
void PoolObserver::started(const AnyFuture& /*future*/) {}
void PoolObserver::finished(const AnyFuture& /*future*/) {}
void PoolObserver::failed(const AnyFuture& /*future*/) {}
void PoolObserver::worker_up(const std::string& /*name*/) {}
void PoolObserver::worker_down(const std::string& /*name*/) {}

ThreadPoolExecutor::ThreadPoolExecutor(Options options)
    : pool_(std::make_shared<internal::ThreadPool>(std::move(options))) {}

ThreadPoolExecutor::~ThreadPoolExecutor() { pool_->shut_down(false, !pool_->is_worker()); }

void ThreadPoolExecutor::shutdown(ShutdownOptions options) { pool_->shut_down(options.cancel_futures, options.wait); }

PoolStats ThreadPoolExecutor::stats() const { return pool_->stats(); }

void ThreadPoolExecutor::execute(WorkItem item) { pool_->submit(std::move(item.core_)); }

void ThreadPoolExecutor::hand_over(internal::CoreRef<internal::FutureCore> core) { pool_->submit(std::move(core)); }

}  // namespace skein::inline v0::futures
