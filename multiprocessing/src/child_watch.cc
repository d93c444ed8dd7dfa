#include "child_watch.h"

#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/multiprocessing/process_handle.h>
#include <skein/threading/internal/guard.h>

#include <linux/types.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>

#include "launch.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

using skein::internal::Guard;

constexpr int kPidFd = 3;  // P_PIDFD, which glibc's headers have had since 2.36 alone.

// linux/pidfd.h of Linux 6.15; older headers have no part of it.
struct PidFdInfo {
  std::uint64_t mask;
  std::uint64_t cgroup;
  std::uint32_t ids[11];  // NOLINT(modernize-avoid-c-arrays): the kernel's
  std::int32_t exit_code;
};
static_assert(sizeof(PidFdInfo) == 64);
constexpr unsigned long kGetPidFdInfo = _IOWR(0xff, 11, PidFdInfo);
constexpr std::uint64_t kExitInfo = 1 << 3;

}  // namespace

int exit_code_of(int wait_status) noexcept {
  return WIFSIGNALED(wait_status) ? -WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

Timeout start_timeout() noexcept {
  static const Timeout timeout = [] {
    const char* const text = std::getenv("SKEIN_START_TIMEOUT");  // NOLINT(concurrency-mt-unsafe)
    const double seconds = text != nullptr ? std::strtod(text, nullptr) : 0;
    return seconds > 0 ? Timeout(seconds) : Timeout(10);
  }();
  return timeout;
}

bool readable(int descriptor, Deadline deadline) noexcept {
  for (;;) {
    pollfd watched{.fd = descriptor, .events = POLLIN, .revents = 0};
    timespec left{};
    const timespec* limit = nullptr;
    if (!deadline.never()) {
      const std::int64_t ns =
          deadline.ns() <= 0 ? 0 : std::max<std::int64_t>(0, deadline.ns() - skein::internal::monotonic_ns());
      left = {.tv_sec = static_cast<time_t>(ns / 1'000'000'000), .tv_nsec = static_cast<long>(ns % 1'000'000'000)};
      limit = &left;
    }
    const int got = SKEIN_FAULT_EINTR("process.poll") ? (errno = EINTR, -1) : ::ppoll(&watched, 1, limit, nullptr);
    if (got > 0) return true;
    if (got == 0 || errno != EINTR) return false;
  }
}

// It is a child of this process, so its number is its own until it is waited for here.
NewChild::~NewChild() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ChildWatch ChildWatch::of_child(NewChild& child, ParentOnly lifeline, ParentOnly launch) {
  SKEIN_FAULT("process.made");
  const pid_t pid = child.pid();
  auto pidfd = ParentOnly::opened_by([pid] { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); });
  if (!pidfd && errno != ESRCH)
    throw OSError(std::error_code(errno, std::generic_category()), "cannot watch a process");
  // Somebody else may have waited for it meanwhile, and the number may be another process's by now: then it is no child
  // of this one.
  siginfo_t info{};
  if (pidfd && ::waitid(static_cast<idtype_t>(kPidFd), static_cast<id_t>(pidfd.number()), &info,
                        WEXITED | WNOHANG | WNOWAIT) != 0) {
    // Of one that is alive that is impossible; one that has ended without us is still the one if SIGCHLD is ignored.
    if (!readable(pidfd.number())) pidfd.close();
  }
  child.release();
  return {pid, std::move(pidfd), std::move(lifeline), ParentOnly(), std::move(launch)};
}

ChildWatch::ChildWatch(pid_t pid, ParentOnly pidfd, ParentOnly lifeline, ParentOnly status, ParentOnly launch) noexcept
    : pid_(pid),
      pidfd_(std::move(pidfd)),
      lifeline_(std::move(lifeline)),
      status_(std::move(status)),
      launch_(std::move(launch)),
      reported_by_server_(static_cast<bool>(status_)),
      start_by_(launch_ ? Deadline(start_timeout()) : Deadline()) {}

// Of one that nobody else has yet.
ChildWatch::ChildWatch(ChildWatch&& other) noexcept SKEIN_NO_THREAD_SAFETY_ANALYSIS
    : pid_(other.pid_),
      pidfd_(std::move(other.pidfd_)),
      code_(other.code_),
      lifeline_(std::move(other.lifeline_)),
      status_(std::move(other.status_)),
      launch_(std::move(other.launch_)),
      reported_by_server_(other.reported_by_server_),
      start_by_(other.start_by_) {}

ChildWatch::~ChildWatch() {
  try {
    if (!pidfd_ || forks_ != skein::internal::fork_count() || poll()) return;  // Moved from, another's, or ended.
    signal(SIGKILL);
    static_cast<void>(wait(Deadline(std::chrono::seconds(5))));
  } catch (...) {  // No permission, since it is another user's by now.
  }
}

std::optional<int> ChildWatch::poll() {
  Guard guard(lock_);
  if (code_) return code_;
  code_ = reap();
  if (launch_) check_launch();
  if (code_) {
    lifeline_.close();
    status_.close();
    launch_.close();
  }
  return code_;
}

std::optional<int> ChildWatch::reap() {
  if (!pidfd_) return kUnknownExitCode;
  if (reported_by_server_) return readable(pidfd_.number()) ? reported() : std::nullopt;
  siginfo_t info{};
  int got = 0;
  do {
    got = ::waitid(static_cast<idtype_t>(kPidFd), static_cast<id_t>(pidfd_.number()), &info, WEXITED | WNOHANG);
  } while (got != 0 && errno == EINTR);
  if (got == 0) {
    if (info.si_pid == 0) return std::nullopt;
    return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
  }
  // Somebody else has waited for it, or nobody needs to since SIGCHLD is ignored.
  if (!readable(pidfd_.number())) return std::nullopt;
  return known_to_the_kernel();
}

std::optional<int> ChildWatch::reported() const {
  // It has ended; the server is about to say so, or dead. One that was stopped is not waited for longer than this.
  std::int64_t code = 0;
  if (readable(status_.number(), Deadline(std::chrono::seconds(5))) &&
      ::read(status_.number(), &code, sizeof(code)) == sizeof(code)) {
    return static_cast<int>(code);
  }
  return known_to_the_kernel();
}

int ChildWatch::known_to_the_kernel() const noexcept {
  if (SKEIN_FAULT_EINTR("process.old_kernel")) return kUnknownExitCode;
  // After a server's death it takes a moment until the child's new parent has waited for it.
  for (int tries = 0; tries < 100; ++tries) {
    PidFdInfo info{};
    info.mask = kExitInfo;
    if (::ioctl(pidfd_.number(), kGetPidFdInfo, &info) != 0) break;
    if ((info.mask & kExitInfo) != 0) return exit_code_of(info.exit_code);
    if (!reported_by_server_) break;
    constexpr timespec kMillisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
    ::nanosleep(&kMillisecond, nullptr);
  }
  return kUnknownExitCode;
}

// A program that does not get to freeze_support() would run as a whole instead of its target, or for ever.
void ChildWatch::check_launch() {
  if (Launch::was_reached(launch_.number())) {
    launch_.close();
    return;
  }
  if (code_) {
    if (*code_ < 0) return;  // Killed: it may have been on its way.
    skein::internal::write_to_stderr("skein: process " + std::to_string(pid_) + " ended without having reached " +
                                     kWhatToWrite + '\n');
    if (*code_ == 0) code_ = 1;
  } else if (start_by_.passed()) {
    skein::internal::write_to_stderr("skein: process " + std::to_string(pid_) + " is killed, since it did not reach " +
                                     kWhatToWrite + '\n');
    launch_.close();
    ::syscall(SYS_pidfd_send_signal, pidfd_.number(), SIGKILL, nullptr, 0);
  }
}

bool ChildWatch::wait(Deadline deadline) {
  for (;;) {
    if (poll()) return true;
    if (deadline.passed()) return false;
    Deadline next = deadline;
    {
      Guard guard(lock_);
      if (launch_) next = std::min(deadline, start_by_);
    }
    const skein::internal::BlockedElsewhere blocked;
    static_cast<void>(readable(pidfd_.number(), next));
  }
}

void ChildWatch::signal(int number) {
  if (!pidfd_ || poll()) return;
  if (::syscall(SYS_pidfd_send_signal, pidfd_.number(), number, nullptr, 0) != 0 && errno != ESRCH) {
    throw OSError(std::error_code(errno, std::generic_category()), "cannot send a signal to the process");
  }
}

}  // namespace skein::inline v0::multiprocessing::internal
