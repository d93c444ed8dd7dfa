// skein/futures/errors.h - what futures and executors throw. Python: the exceptions of concurrent.futures.
#ifndef SKEIN_FUTURES_ERRORS_H_
#define SKEIN_FUTURES_ERRORS_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>

#include <atomic>
#include <exception>
#include <stdexcept>

namespace skein::inline v0::internal {

// Not for users: false for a BrokenExecutor that was asked about before.
bool first_report_of(const std::exception_ptr& error) noexcept;

}  // namespace skein::inline v0::internal

namespace skein::inline v0::futures {

// Python: concurrent.futures.CancelledError. The future was cancelled. A std::exception, as in Python it is an
// Exception (asyncio's is neither). what() is empty, as Python's str() of it.
class SKEIN_API CancelledError : public std::runtime_error {
 public:
  CancelledError() : std::runtime_error("") {}
  ~CancelledError() override;
};

// Python: concurrent.futures.InvalidStateError. The future has its outcome already.
class SKEIN_API InvalidStateError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~InvalidStateError() override;
};

// Python: concurrent.futures.TimeoutError, which is the built-in one.
using skein::TimeoutError;

// Python: concurrent.futures.BrokenExecutor. The executor cannot run what it was given, or has dropped it. All futures
// that a pool fails for this have the same one, and it is reported at most once, however many nobody has asked
// (skein/futures/report.h).
class SKEIN_API BrokenExecutor : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
  // A copy has not been reported yet.
  BrokenExecutor(const BrokenExecutor& other) noexcept : RuntimeError(other) {}
  BrokenExecutor& operator=(const BrokenExecutor& other) noexcept {
    RuntimeError::operator=(other);
    return *this;
  }
  ~BrokenExecutor() override;

 private:
  friend bool internal::first_report_of(const std::exception_ptr& error) noexcept;
  mutable std::atomic<bool> reported_{false};
};

// Python: concurrent.futures.thread.BrokenThreadPool. A worker's initializer failed.
class SKEIN_API BrokenThreadPool : public BrokenExecutor {
 public:
  using BrokenExecutor::BrokenExecutor;
  ~BrokenThreadPool() override;
};

// Python's own place for it.
namespace thread {
using futures::BrokenThreadPool;
}  // namespace thread

}  // namespace skein::inline v0::futures

#endif  // SKEIN_FUTURES_ERRORS_H_
