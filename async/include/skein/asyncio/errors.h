// skein/asyncio/errors.h - the exceptions of asyncio.
#ifndef SKEIN_ASYNCIO_ERRORS_H_
#define SKEIN_ASYNCIO_ERRORS_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace skein::inline v0::asyncio {

using skein::TimeoutError;

// Python: asyncio.CancelledError. The operation was cancelled. As in Python, where it is a BaseException, no handler of
// std::exception sees it, so that none swallows a cancellation by accident.
class SKEIN_API CancelledError {
 public:
  CancelledError() = default;
  explicit CancelledError(std::string message) : message_(std::make_shared<const std::string>(std::move(message))) {}

  // What was given to cancel(); empty if nothing was.
  [[nodiscard]] const std::string& message() const noexcept;

 private:
  std::shared_ptr<const std::string> message_;
};

// Python: asyncio.InvalidStateError. The future is not in the state that the call needs.
class SKEIN_API InvalidStateError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
  ~InvalidStateError() override;
};

// Python: asyncio.BrokenBarrierError. The barrier was reset or aborted.
class SKEIN_API BrokenBarrierError : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
  ~BrokenBarrierError() override;
};

// Python: asyncio.QueueEmpty, of get_nowait(). what() is empty, as Python's str() of it.
class SKEIN_API QueueEmpty : public std::runtime_error {
 public:
  QueueEmpty() : std::runtime_error("") {}
  ~QueueEmpty() override;
};

// Python: asyncio.QueueFull, of put_nowait().
class SKEIN_API QueueFull : public std::runtime_error {
 public:
  QueueFull() : std::runtime_error("") {}
  ~QueueFull() override;
};

// Python: asyncio.QueueShutDown. A put() to a queue that was shut down, or a get() from one that is empty besides.
class SKEIN_API QueueShutDown : public std::runtime_error {
 public:
  QueueShutDown() : std::runtime_error("") {}
  ~QueueShutDown() override;
};

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_ERRORS_H_
