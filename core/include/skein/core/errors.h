// skein/core/errors.h - Python's built-in exceptions, each over its nearest standard one.
//
// `what()` is what Python's str(e) says, so it may be empty. `except Exception` ports to
// `catch (const std::exception&)`: KeyboardInterrupt and SystemExit are, as in Python, outside of that.
#ifndef SKEIN_CORE_ERRORS_H_
#define SKEIN_CORE_ERRORS_H_

#include <skein/core/export.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace skein::inline v0 {

// Python: ValueError. An argument of the right type with an impossible value.
class SKEIN_API ValueError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
  ~ValueError() override;
};

// Python: TypeError, where Python can only find at run time what C++ usually refuses to compile.
class SKEIN_API TypeError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
  ~TypeError() override;
};

// Python: RuntimeError. The call does not fit the object's present state.
class SKEIN_API RuntimeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~RuntimeError() override;
};

// Python: LookupError (ContextVar.get() without a value).
class SKEIN_API LookupError : public std::out_of_range {
 public:
  using std::out_of_range::out_of_range;
  ~LookupError() override;
};

// Python: KeyError. A mapping does not have the key; what() is the key's repr.
class SKEIN_API KeyError : public LookupError {
 public:
  using LookupError::LookupError;
  ~KeyError() override;
};

// Python: IndexError. A position outside of a sequence.
class SKEIN_API IndexError : public LookupError {
 public:
  using LookupError::LookupError;
  ~IndexError() override;
};

// Python: OverflowError. A counter would pass its maximum.
class SKEIN_API OverflowError : public std::overflow_error {
 public:
  using std::overflow_error::overflow_error;
  ~OverflowError() override;
};

// Python: OSError. The system refused; code() says why.
class SKEIN_API OSError : public std::system_error {
 public:
  using std::system_error::system_error;
  ~OSError() override;
};

// Python: FileNotFoundError, FileExistsError, PermissionError: an OSError with ENOENT, EEXIST, EACCES or EPERM. what()
// is Python's: "[Errno 2] No such file or directory: '/name'".
class SKEIN_API FileNotFoundError : public OSError {
 public:
  explicit FileNotFoundError(const std::string& filename);
  ~FileNotFoundError() override;
  [[nodiscard]] const char* what() const noexcept override;

 private:
  std::string message_;
};

class SKEIN_API FileExistsError : public OSError {
 public:
  explicit FileExistsError(const std::string& filename);
  ~FileExistsError() override;
  [[nodiscard]] const char* what() const noexcept override;

 private:
  std::string message_;
};

class SKEIN_API PermissionError : public OSError {
 public:
  explicit PermissionError(const std::string& filename, int number = EACCES);
  ~PermissionError() override;
  [[nodiscard]] const char* what() const noexcept override;

 private:
  std::string message_;
};

namespace internal {

// The OSError of the class that Python has for `number`, an errno, about that file.
[[noreturn]] SKEIN_API void throw_os_error(int number, const std::string& filename);

}  // namespace internal

// Python: TimeoutError, an OSError with ETIMEDOUT. what() is the text given, alone; Python's is empty by default.
class SKEIN_API TimeoutError : public OSError {
 public:
  explicit TimeoutError(std::string message = "");
  ~TimeoutError() override;
  [[nodiscard]] const char* what() const noexcept override;

 private:
  std::string message_;
};

// Python: KeyboardInterrupt. Not a std::exception, so that no broad handler swallows a Ctrl-C.
class SKEIN_API KeyboardInterrupt {
 public:
  KeyboardInterrupt() = default;
};

// Python: SystemExit. Not a std::exception. Leaving a thread's function it ends that thread silently.
class SKEIN_API SystemExit {
 public:
  // `code`: what the process should exit with if this reaches main.
  explicit SystemExit(int code = 0) noexcept : code_(code) {}
  // That number. Python: an attribute.
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

}  // namespace skein::inline v0

#endif  // SKEIN_CORE_ERRORS_H_
