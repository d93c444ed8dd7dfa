#include "identity.h"

#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/internal/descriptor.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace skein::inline v0::multiprocessing::internal {

namespace {

// The start of a process by /proc; 0 if it cannot be read.
std::uint32_t started_at(std::uint32_t pid) noexcept {
  char path[32];
  std::snprintf(path, sizeof(path), "/proc/%u/stat", pid);
  const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return 0;
  char text[1024];
  const ssize_t size = ::read(file.number(), text, sizeof(text) - 1);
  if (size <= 0) return 0;
  text[size] = '\0';
  // The second field is the program's name in parentheses, which may hold anything.
  const char* at = std::strrchr(text, ')');
  for (int field = 2; at != nullptr && field < 22; ++field) at = std::strchr(at + 1, ' ');
  return at == nullptr ? 0 : static_cast<std::uint32_t>(std::strtoull(at + 1, nullptr, 10));
}

// pid in the high half. 0: not known yet.
constinit skein::internal::Atomic<std::uint64_t> g_self{0};

}  // namespace

Identity self() noexcept {
  std::uint64_t known = g_self.load();
  if (known == 0) [[unlikely]] {
    static const int registered = ::pthread_atfork(nullptr, nullptr, [] { g_self.store(0); });
    static_cast<void>(registered);
    const int saved = errno;
    const auto pid = static_cast<std::uint32_t>(::getpid());
    known = (std::uint64_t{pid} << 32) | started_at(pid);
    g_self.store(known);
    errno = saved;
  }
  return {static_cast<std::uint32_t>(known >> 32), static_cast<std::uint32_t>(known)};
}

bool gone(Identity process) noexcept {
  if (process.pid == 0 || process == self()) return false;
  const int saved = errno;
  const auto answer = [&] {
    const Descriptor watch(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    // The other two: that number is by now a mere thread's.
    if (!watch) return errno == ESRCH || errno == EINVAL || errno == ENOENT;
    // Readable once all its threads have ended, waited for or not.
    pollfd ready{.fd = watch.number(), .events = POLLIN, .revents = 0};
    int got;
    do {
      got = ::poll(&ready, 1, 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) return true;
    // It lives; but is it the one? (Asked after it was opened, so that the answer is about this very process.)
    const std::uint32_t started = started_at(process.pid);
    return process.started != 0 && started != 0 && started != process.started;
  }();
  errno = saved;
  return answer;
}

}  // namespace skein::inline v0::multiprocessing::internal
