// skein/multiprocessing/async_result.h - the result of a call that a pool makes. Python:
// multiprocessing.pool.AsyncResult.
#ifndef SKEIN_MULTIPROCESSING_ASYNC_RESULT_H_
#define SKEIN_MULTIPROCESSING_ASYNC_RESULT_H_

#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/pool_result.h>

#include <memory>
#include <utility>

namespace skein::inline v0::multiprocessing {

// What apply_async() and map_async() return. T: what the function returns, or a vector of it.
//
// Threads:  a handle: copies are of one result; any member, from any thread.
// Lifetime: as long as a handle lives, however long the pool lives. Dropping all of them stops nothing.
// Ordering: a callback has returned before the result is ready.
// Errors:   RuntimeError from get(), take() and wait() without a limit in a callback of the same pool: results come in
//           that thread, so nobody would end this call. (In CPython it hangs.)
template <class T>
class AsyncResult {
 public:
  // The keyword argument of get and wait.
  struct WaitOptions {
    Timeout timeout = None;
  };

  // Waits for the result, at most `timeout` (from entry, monotonic; None: no limit; zero or less: only looks), and
  // returns a copy of it; one that cannot be copied is moved out, as by take().
  // Errors: what the call threw; multiprocessing::TimeoutError if it is not there in time (skein::TimeoutError: the
  // call itself had a limit); WorkerLost if its worker process has ended in the middle of it; ProcessError if the pool
  // has been terminated before; RuntimeError if it has been taken; ValueError if `timeout` is NaN.
  T get(Timeout timeout = None) const { return result_->get(timeout); }
  T get(WaitOptions options) const { return get(options.timeout); }
  // The same, moved out: afterwards nobody else can have it, and nobody may be copying it meanwhile.
  T take(Timeout timeout = None) const { return result_->take(timeout); }

  // Returns when the result is there, or `timeout` has passed, as for get(). (Python does not tell which, either.)
  void wait(Timeout timeout = None) const { static_cast<void>(result_->wait(timeout)); }
  void wait(WaitOptions options) const { wait(options.timeout); }

  // Whether the call has come to its end.
  [[nodiscard]] bool ready() const noexcept { return result_->ready(); }
  // Whether that was without an exception.
  // Errors: ValueError ("... not ready") before.
  [[nodiscard]] bool successful() const { return result_->successful(); }

  friend bool operator==(const AsyncResult&, const AsyncResult&) = default;

 private:
  friend class Pool;
  friend class ThreadPool;
  explicit AsyncResult(std::shared_ptr<internal::ResultOf<T>> result) noexcept : result_(std::move(result)) {}

  std::shared_ptr<internal::ResultOf<T>> result_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_ASYNC_RESULT_H_
