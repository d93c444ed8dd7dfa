// print_processes.h - what the programs about processes share: forked children. Python: show_processes.py.
#ifndef SKEIN_TESTS_CONFORMANCE_PRINT_PROCESSES_H_
#define SKEIN_TESTS_CONFORMANCE_PRINT_PROCESSES_H_

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "print.h"

namespace conformance {

// A child that makes a call, tells its outcome, and ends.
class Forked {
 public:
  template <std::invocable Call>
  explicit Forked(Call&& call) {
    if (::pipe(ends_.data()) != 0) std::abort();
    child_ = ::fork();
    if (child_ < 0) std::abort();
    if (child_ == 0) {
      const std::string text = outcome(call);
      if (::write(ends_[1], text.data(), text.size()) < 0) std::abort();
      std::exit(0);  // NOLINT(concurrency-mt-unsafe): normally, as a Process does.
    }
    ::close(ends_[1]);
  }
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;

  // The outcome, once the child has ended.
  std::string said() {
    std::string text;
    std::array<char, 256> part{};
    for (ssize_t got = 0; (got = ::read(ends_[0], part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(got));
    }
    ::close(ends_[0]);
    int status = 0;
    ::waitpid(child_, &status, 0);
    return status == 0 ? text : "ended by status " + std::to_string(status);
  }

 private:
  std::array<int, 2> ends_{};
  pid_t child_ = 0;
};

// The outcome of call() in a child.
template <std::invocable Call>
std::string in_process(Call&& call) {
  return Forked(call).said();
}

}  // namespace conformance

#endif  // SKEIN_TESTS_CONFORMANCE_PRINT_PROCESSES_H_
