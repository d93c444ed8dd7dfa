// skein/multiprocessing/remote_error.h - an exception of another process. Python: multiprocessing.pool.RemoteTraceback.
#ifndef SKEIN_MULTIPROCESSING_REMOTE_ERROR_H_
#define SKEIN_MULTIPROCESSING_REMOTE_ERROR_H_

#include <skein/core/export.h>

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

namespace skein::inline v0::multiprocessing {

// Stands for an exception whose own type cannot travel: one that is not registered (pickle::register_exception), whose
// serialiser throws, or that is no class of exceptions at all. what() is "type: message", as the last line of a
// traceback of Python's; Python has no such class, since it pickles most exceptions by their arguments.
//
// Threads:  never changes; copies share what they hold.
class SKEIN_API RemoteError : public std::runtime_error {
 public:
  RemoteError(std::string type_name, std::string message, std::string traceback = "");
  ~RemoteError() override;
  RemoteError(const RemoteError&) noexcept = default;
  RemoteError& operator=(const RemoteError&) noexcept = default;

  // The type over there, as C++ spells it.
  [[nodiscard]] const std::string& type_name() const noexcept { return state_->type_name; }
  // Its what(); of a number or a string that was thrown, the value; else empty.
  [[nodiscard]] const std::string& message() const noexcept { return state_->message; }
  // As remote_traceback() gives it.
  [[nodiscard]] const std::string& traceback() const noexcept { return state_->traceback; }

 private:
  struct State {
    std::string type_name;
    std::string message;
    std::string traceback;
  };
  std::shared_ptr<const State> state_;
};

// Where an exception that travelled was caught over there: the process, the calls that led to that place, its type and
// message. Empty if it never travelled, or if it is a copy of one that did. The calls are those of who caught it: C++
// has taken down those below when a handler runs. Python: str(error.__cause__), which has them.
//
// Ask for the object that was caught by reference; the exception that travelled has the very type that was thrown.
[[nodiscard]] SKEIN_API std::string remote_traceback(const std::exception_ptr& error);
[[nodiscard]] SKEIN_API std::string remote_traceback(const std::exception& error);

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_REMOTE_ERROR_H_
