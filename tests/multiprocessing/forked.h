// Forked children for tests of what processes share, watched so that none hangs or is left.
#ifndef SKEIN_TESTS_MULTIPROCESSING_FORKED_H_
#define SKEIN_TESTS_MULTIPROCESSING_FORKED_H_

#include <dirent.h>
#include <poll.h>
#include <skein/core/internal/fault.h>
#include <skein/core/spin.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>

namespace skein::testing {

// The descriptors that this process has open.
inline int open_descriptors() {
  DIR* const folder = ::opendir("/proc/self/fd");
  int count = 0;
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count - 3;  // ".", "..", and the folder's own.
}

// A child that fork() makes and that ends by _exit(), with what `body` returns; 100 if an exception leaves it. With
// `faults` armed (core/internal/fault.h). The destructor kills and reaps it.
class Child {
 public:
  explicit Child(const std::function<int()>& body, const std::string& faults = "") {
    static_cast<void>(spin_budget());  // Measured by threads, which a child should not start.
    pid_ = ::fork();
    if (pid_ == 0) {
      int status = 100;
      try {
        if (!faults.empty()) skein::internal::arm_faults(faults);
        status = body();
      } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
      }
      ::_exit(status);
    }
    if (pid_ < 0) std::abort();
    ended_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  }
  ~Child() {
    kill();
    static_cast<void>(wait());
    ::close(ended_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() const {
    if (!reaped_) ::kill(pid_, SIGKILL);
  }
  // Whether it ends within so many seconds.
  [[nodiscard]] bool ends_within(double seconds) const {
    pollfd end{.fd = ended_, .events = POLLIN, .revents = 0};
    return reaped_ || ::poll(&end, 1, static_cast<int>(seconds * 1000)) > 0;
  }
  // The exit status; minus the signal's number; -1000 if it did not end within `limit` seconds and was killed.
  int wait(double limit = 20) {
    if (reaped_) return status_;
    const bool hung = !ends_within(limit);
    if (hung) kill();
    int status = 0;
    if (::waitpid(pid_, &status, 0) != pid_) std::abort();
    reaped_ = true;
    status_ = hung ? -1000 : WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    return status_;
  }

 private:
  pid_t pid_ = -1;
  int ended_ = -1;
  bool reaped_ = false;
  int status_ = 0;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_FORKED_H_
