// A thousand signals a second, each of which interrupts the system call that the thread is in.
#ifndef SKEIN_TESTS_TESTING_SIGNAL_STORM_H_
#define SKEIN_TESTS_TESTING_SIGNAL_STORM_H_

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>

#include "testing/repeat.h"

namespace skein::testing {

// While one lives, SIGALRM comes to one thread every millisecond; its handler counts and returns, and system calls are
// not restarted by the kernel (no SA_RESTART).
class SignalStorm {
 public:
  explicit SignalStorm(std::int64_t tid) {
    hits_.store(0);
    tid_.store(tid);
    switches_before_.store(switches());
    struct sigaction action = {};
    action.sa_handler = [](int) { hits_.fetch_add(1); };
    ::sigaction(SIGALRM, &action, &before_);
    struct sigevent event = {};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGALRM;
    event._sigev_un._tid = static_cast<pid_t>(tid);
    if (::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) throw std::runtime_error("timer_create");
    constexpr long kMillisecond = 1'000'000;
    const struct itimerspec every = {{0, kMillisecond}, {0, kMillisecond}};
    ::timer_settime(timer_, 0, &every, nullptr);
  }
  ~SignalStorm() {
    ::timer_delete(timer_);
    // A signal that is still on its way finds a handler.
    before_.sa_handler = SIG_IGN;
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  SignalStorm(const SignalStorm&) = delete;
  SignalStorm& operator=(const SignalStorm&) = delete;

  // How many have interrupted the thread. (TSan calls the handler only when the thread is through with its system call,
  // so there the times are counted that it went to sleep again.)
  [[nodiscard]] static std::int64_t hits() {
#ifdef SKEIN_TESTING_TSAN
    return switches() - switches_before_.load();
#else
    return hits_.load();
#endif
  }

 private:
  static std::int64_t switches() {
    std::ifstream file("/proc/self/task/" + std::to_string(tid_.load()) + "/status");
    const std::string key = "voluntary_ctxt_switches:";
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(key)) return std::stoll(line.substr(key.size()));
    }
    return 0;
  }

  static inline std::atomic<std::int64_t> hits_{0};
  static inline std::atomic<std::int64_t> tid_{0};
  static inline std::atomic<std::int64_t> switches_before_{0};
  struct sigaction before_ = {};
  timer_t timer_ = {};
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_SIGNAL_STORM_H_
