#include <skein/core/internal/describe.h>
#include <skein/futures/executor.h>
#include <skein/futures/future.h>

#include <ostream>

namespace skein::inline v0 {

namespace internal {

void check_map_options(const futures::MapOptions& options) {
  if (options.chunksize < 1) throw ValueError("chunksize must be >= 1.");
  if (options.buffersize.has_value() && *options.buffersize < 1) throw ValueError("buffersize must be None or > 0");
}

void throw_taken() { throw futures::InvalidStateError("the result has been taken"); }

}  // namespace internal

namespace futures {

// ---- AnyFuture ----

void AnyFuture::set_exception(std::exception_ptr exception) {
  if (exception == nullptr) throw ValueError("the exception is null");
  internal::FutureCore& future = core();
  future.begin_set();
  future.finish_with(std::move(exception));
}

void AnyFuture::throw_empty() { throw RuntimeError("the future has been moved from"); }

void AnyFuture::throw_type(const std::type_info& is, const std::type_info& wanted) {
  throw TypeError("the future's result is of type " + internal::readable(is) + ", not " + internal::readable(wanted));
}

std::ostream& operator<<(std::ostream& stream, const AnyFuture& future) { return stream << future.core().describe(); }

// ---- WorkItem ----

WorkItem& WorkItem::operator=(WorkItem&& other) noexcept {
  if (this != &other) {
    drop();
    core_ = std::move(other.core_);
  }
  return *this;
}

void WorkItem::run() {
  if (const auto core = std::move(core_)) core->run_or_forget();
}

void WorkItem::drop() noexcept {
  const auto core = std::move(core_);
  if (!core) return;
  if (!core->claim()) {
    core->forget_unclaimed();
    return;
  }
  core->forget_task();
  core->finish_with(std::make_exception_ptr(BrokenExecutor("the executor dropped the task without running it")));
}

// ---- Executor ----

Executor::~Executor() = default;

void Executor::hand_over(internal::CoreRef<internal::FutureCore> core) {
  const auto held = core;
  try {
    execute(WorkItem(std::move(core)));
  } catch (...) {
    held->mark_read();  // Whoever submitted hears of this; nobody will ever have the future.
    throw;
  }
}

}  // namespace futures
}  // namespace skein::inline v0
