// Other processes for a test, made by fork(), and words that they share with it.
#ifndef SKEIN_TESTS_MULTIPROCESSING_PROCESSES_H_
#define SKEIN_TESTS_MULTIPROCESSING_PROCESSES_H_

#include <gtest/gtest.h>
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

#include "testing/asleep.h"
#include "testing/party.h"
#include "testing/repeat.h"

// First in a test that forks.
#define SKEIN_FORKS() \
  if (!::skein::testing::kForkIsTestable) GTEST_SKIP() << "TSan does not follow a fork() of a process with threads"

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

// A child that runs `body` and then _exit()s with what it returns, if anything (so no destructor and no exit handler
// runs; use run_forked() of testing/child.h for a normal end). 99: it threw. The destructor kills it if it still runs.
class Child {
 public:
  template <std::invocable B>
  explicit Child(const B& body)
      : Child(
            [&body]() -> int {
              if constexpr (std::is_void_v<decltype(body())>) {
                body();
                return 0;
              } else {
                return body();
              }
            },
            Wrapped()) {}
  ~Child() {
    if (pid_ > 0) {  // Neither waited for nor moved from.
      kill();
      wait();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) const noexcept { ::kill(pid_, number); }
  void kill() const noexcept { signal(SIGKILL); }
  // Returns when it is dead; nobody has waited for it yet.
  void kill_and_see() const noexcept {
    kill();
    siginfo_t info;
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
  }
  // The exit status; minus the signal's number.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  // The same, if it ends in time; else it is killed, and the answer is -1000.
  int wait_for(double seconds) {
    const double limit = now() + seconds;
    for (;;) {
      int status = 0;
      const pid_t got = ::waitpid(pid_, &status, WNOHANG);
      if (got == pid_) {
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
      }
      if (now() > limit) {
        kill();
        wait();
        return -1000;
      }
      ::usleep(200);
    }
  }
  // Waits until it sleeps in the kernel, or (false) 20 s.
  [[nodiscard]] bool sleeps() const {
    return eventually([this] { return is_process_asleep(pid_); });
  }

 private:
  struct Wrapped {};
  Child(const std::function<int()>& body, Wrapped) {
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) std::abort();
    if (pid_ != 0) return;
    int status = 99;
    try {
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
};

// Until somebody has raised it.
[[nodiscard]] inline bool raised(const Counter& flag, std::int64_t to = 1) {
  return eventually([&] { return flag.load() >= to; });
}
// In a child that is to be killed.
[[noreturn]] inline void stay() {
  for (;;) ::pause();
}

// How many descriptors this process has open.
inline std::int64_t open_descriptors() {
  std::int64_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    static_cast<void>(entry);
    ++count;
  }
  return count - 1;  // The one that looks.
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
