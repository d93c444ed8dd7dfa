// Other processes for a test, made by fork(), and words that they share with it.
#ifndef SKEIN_TESTS_MULTIPROCESSING_PROCESSES_H_
#define SKEIN_TESTS_MULTIPROCESSING_PROCESSES_H_

#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/core/spin.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <concepts>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <new>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "multiprocessing/descendants.h"
#include "testing/asleep.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::testing {

// A `T` in memory that fork() shares, zeroed or as made by its default constructor; not by the library under test.
template <class T>
class Common {
 public:
  Common() : at_(::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (at_ == MAP_FAILED) std::abort();
    new (at_) T{};
  }
  ~Common() { ::munmap(at_, sizeof(T)); }
  Common(const Common&) = delete;
  Common& operator=(const Common&) = delete;
  T& operator*() const noexcept { return *std::launder(static_cast<T*>(at_)); }
  T* operator->() const noexcept { return &**this; }

 private:
  void* at_;
};

using Counter = std::atomic<std::int64_t>;

// A child that fork() makes, that runs `body`, with `faults` armed (core/internal/fault.h), and then _exit()s with what
// it returns, if anything (so no destructor and no exit handler runs; use run_forked() of testing/child.h for a normal
// end). 99: it threw. 98: an expectation failed in it. The destructor kills it if it still runs.
class Child {
 public:
  template <std::invocable B>
  explicit Child(const B& body, const std::string& faults = "")
      : Child(
            [&body]() -> int {
              if constexpr (std::is_void_v<decltype(body())>) {
                body();
                return 0;
              } else {
                return body();
              }
            },
            faults, Wrapped()) {}
  ~Child() {
    if (pid_ <= 0 || reaped_) return;  // Moved from, or waited for.
    kill();
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)), reaped_(other.reaped_), status_(other.status_) {}

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) const noexcept {
    if (!reaped_) ::kill(pid_, number);
  }
  void kill() const noexcept { signal(SIGKILL); }
  // Returns when it is dead; nobody has waited for it yet.
  void kill_and_see() const noexcept {
    kill();
    siginfo_t info;
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
  }
  // Whether it ends within so many seconds; it is not reaped.
  [[nodiscard]] bool ends_within(double seconds) const {
    const double limit = now() + seconds;
    while (!reaped_) {
      siginfo_t info{};
      if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_)
        break;
      if (now() >= limit) return false;
      ::usleep(200);
    }
    return true;
  }
  // The exit status; minus the signal's number; -1000 if it did not end within `limit` seconds and was killed.
  int wait(double limit = 20) {
    if (reaped_) return status_;
    const bool hung = !ends_within(limit);
    if (hung) kill();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    status_ = hung ? -1000 : WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return status_;
  }
  // Waits until it sleeps in the kernel, or (false) 20 s.
  [[nodiscard]] bool sleeps() const {
    return eventually([this] { return is_process_asleep(pid_); });
  }

 private:
  struct Wrapped {};
  Child(const std::function<int()>& body, const std::string& faults, Wrapped) {
    static_cast<void>(spin_budget());  // Measured by threads, which a child should not start.
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) std::abort();
    if (pid_ != 0) return;
    int status = 99;
    try {
      if (!faults.empty()) internal::arm_faults(faults);
      status = body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "the child threw: %s\n", error.what());
    } catch (...) {
      std::fprintf(stderr, "the child threw\n");
    }
    std::fflush(nullptr);
    ::_exit(::testing::Test::HasFailure() && status == 0 ? 98 : status);
  }

  pid_t pid_ = 0;
  bool reaped_ = false;
  int status_ = 0;
};

// Until somebody has raised it.
[[nodiscard]] inline bool raised(const Counter& flag, std::int64_t to = 1) {
  return eventually([&] { return flag.load() >= to; });
}
// In a child that is to be killed.
[[noreturn]] inline void stay() {
  for (;;) ::pause();
}

// Whether something comes into /dev/shm and stays. (What other tests put there meanwhile goes again.)
class SharedNames {
 public:
  [[nodiscard]] bool none_is_left() const {
    std::set<std::string> left = now_there();
    for (const std::string& name : before_) left.erase(name);
    return eventually([&] {
      const std::set<std::string> there = now_there();
      std::erase_if(left, [&](const std::string& name) { return !there.contains(name); });
      return left.empty();
    });
  }

 private:
  static std::set<std::string> now_there() {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) names.insert(entry.path());
    return names;
  }
  const std::set<std::string> before_ = now_there();
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_PROCESSES_H_
