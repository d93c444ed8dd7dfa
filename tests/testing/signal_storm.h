// A thousand signals a second, each of which interrupts the system call that the thread is in.
#ifndef SKEIN_TESTS_TESTING_SIGNAL_STORM_H_
#define SKEIN_TESTS_TESTING_SIGNAL_STORM_H_

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <stdexcept>

namespace skein::testing {

// While one lives, SIGALRM comes to one thread every millisecond; its handler counts and returns, and system calls are
// not restarted by the kernel (no SA_RESTART).
class SignalStorm {
 public:
  explicit SignalStorm(std::int64_t tid) {
    hits_.store(0);
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

  // How many have been handled.
  [[nodiscard]] static int hits() { return hits_.load(); }

 private:
  static inline std::atomic<int> hits_{0};
  struct sigaction before_ = {};
  timer_t timer_ = {};
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_SIGNAL_STORM_H_
