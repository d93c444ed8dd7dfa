// skein/multiprocessing/connection_errors.h - what Connections throw besides. Python: OSError, BrokenPipeError.
#ifndef SKEIN_MULTIPROCESSING_CONNECTION_ERRORS_H_
#define SKEIN_MULTIPROCESSING_CONNECTION_ERRORS_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>

#include <string>

namespace skein::inline v0::multiprocessing {

// Python: an OSError that has no number. The handle is closed, or not one for this; or the stream has no sense any more
// ("handle is closed", "connection is write-only", "bad message length", "got end of file during message"). what() is
// that text alone.
class SKEIN_API HandleError : public OSError {
 public:
  explicit HandleError(std::string message);
  ~HandleError() override;
  [[nodiscard]] const char* what() const noexcept override;

 private:
  std::string message_;
};

// Python: BrokenPipeError, an OSError with EPIPE. Nobody can receive what would be sent: every copy of the other end is
// closed.
class SKEIN_API BrokenPipeError : public OSError {
 public:
  BrokenPipeError();
  ~BrokenPipeError() override;
  [[nodiscard]] const char* what() const noexcept override;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_CONNECTION_ERRORS_H_
