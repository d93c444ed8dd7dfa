// skein/multiprocessing/errors.h - what goes wrong between processes. Python: multiprocessing.ProcessError and others.
#ifndef SKEIN_MULTIPROCESSING_ERRORS_H_
#define SKEIN_MULTIPROCESSING_ERRORS_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace skein::inline v0::multiprocessing {

// Python: multiprocessing.ProcessError. The base of this module's own exceptions.
class SKEIN_API ProcessError : public std::runtime_error {
 public:
  explicit ProcessError(const std::string& message = "") : std::runtime_error(message) {}
  ~ProcessError() override;
};

// Python: multiprocessing.BufferTooShort. Connection.recv_bytes_into() was given too little room. what() is the message
// that came, whole, as Python's e.args[0] is; it may hold zeros, so ask message().
class SKEIN_API BufferTooShort : public ProcessError {
 public:
  explicit BufferTooShort(std::string message = "") : ProcessError(message), message_(std::move(message)) {}
  ~BufferTooShort() override;
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

 private:
  std::string message_;
};

// Python: multiprocessing.TimeoutError, which is no kind of the built-in one.
class SKEIN_API TimeoutError : public ProcessError {
 public:
  using ProcessError::ProcessError;
  ~TimeoutError() override;
};

// Python: AssertionError. This module asserts what others raise errors for: that a process is not started twice, that
// it is joined by the process that started it, and the like.
class SKEIN_API AssertionError : public std::logic_error {
 public:
  explicit AssertionError(const std::string& message = "") : std::logic_error(message) {}
  ~AssertionError() override;
};

// Python: EOFError. There is nothing left to receive, and the other end is closed.
class SKEIN_API EOFError : public std::runtime_error {
 public:
  explicit EOFError(const std::string& message = "") : std::runtime_error(message) {}
  ~EOFError() override;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_ERRORS_H_
