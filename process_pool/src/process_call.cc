#include <skein/futures/internal/process_call.h>

#include "process_pool.h"

namespace skein::inline v0::internal {

// Under the engine's lock, if the pool has no observer.
bool ProcessJob::begin() noexcept {
  if (future_.claimed()) return true;  // It is given to another worker.
  if (!future_.claim()) return false;
  if (pool_ != nullptr) pool_->started(future_);
  return true;
}

void ProcessJob::failed(std::exception_ptr error) noexcept {
  drop_arguments();
  // It may never have begun, and be cancelled by now, or have been given an outcome from outside.
  if (!future_.claimed() && !future_.claim()) return;
  future_.finish_with(std::move(error));
  if (pool_ != nullptr) pool_->ended(future_);
}

void ProcessJob::refused() noexcept {
  drop_arguments();
  // Also told to those in wait(), which CPython forgets to do when it cancels them in shutdown().
  if (future_.cancel()) future_.notify_cancelled();
}

void ProcessJob::end_with_result() noexcept {
  drop_arguments();
  future_.finish(false);
  if (pool_ != nullptr) pool_->ended(future_);
}

void ProcessJob::stop() noexcept {
  if (pool_ != nullptr) pool_->stop(*this);
}

}  // namespace skein::inline v0::internal
