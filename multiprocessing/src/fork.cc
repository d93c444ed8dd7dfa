// The start method fork: the child is a copy of this process.
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/process.h>
#include <skein/threading/internal/guard.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "launch.h"
#include "process_state.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

using skein::internal::Guard;

// By proc(5), stat, field 20; 1 if it cannot be read.
int threads_of_this_process() noexcept {
  const Descriptor file(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
  char text[1024];  // NOLINT(modernize-avoid-c-arrays)
  const ssize_t size = file ? ::read(file.number(), text, sizeof(text) - 1) : -1;
  if (size <= 0) return 1;
  text[size] = '\0';
  const char* at = std::strrchr(text, ')');  // The second field may hold anything.
  for (int field = 2; at != nullptr && field < 20; ++field) at = std::strchr(at + 1, ' ');
  return at == nullptr ? 1 : std::atoi(at + 1);  // NOLINT(cert-err34-c)
}

// Once in a process, as Python's warnings are shown once for a place.
void warn_of_threads() {
  static skein::internal::Atomic<bool> warned{false};
  if (skein::internal::single_threaded() || warned.load() || threads_of_this_process() < 2) return;
  if (warned.exchange(true)) return;
  skein::internal::write_to_stderr(
      "skein: DeprecationWarning: This process (pid=" + std::to_string(::getpid()) +
      ") is multi-threaded, use of fork() may lead to deadlocks in the child. For a start method that is safe beside "
      "threads, call " +
      kWhatToWrite + '\n');
}

// A signal handler must not run in a child that is not yet one, and a storm of signals must not keep a large process
// from being copied (the kernel begins anew after each).
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t every;
    ::sigfillset(&every);
    ::pthread_sigmask(SIG_SETMASK, &every, &before_);
  }
  ~SignalsBlocked() { restore(); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  void restore() noexcept { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

ChildWatch ProcessState::fork_it(Process& object) {
  warn_of_threads();
  flush_standard_streams();
  ChildStart start;
  start.state = shared_from_this();
  start.borrowed = &object;
  start.parent = std::make_shared<ProcessState>(Kind::kParent);
  start.parent->parent_pid = ::getpid();
  start.parent->phase = Phase::kStarted;
  {
    ProcessRegistry& registry = ProcessRegistry::instance();
    Guard guard(registry.lock);
    start.parent->name = registry.current->name;
  }
  auto [child_end, lifeline] = ParentOnly::pipe();
  start.lifeline = child_end.number();
  pid_t pid = -1;
  int failed = 0;
  {
    SignalsBlocked blocked;
    const KeepInChild keep(start.lifeline);
    SKEIN_FAULT("fork.before");
    pid = ::fork();
    failed = errno;
    if (pid == 0) {
      // Nothing may leave this: it would come out of start() in a second copy of the program.
      [&]() noexcept {
        hang_life_on(start.lifeline);
        if (method.has_value()) force_default_method(Method::kFork);
        blocked.restore();
        SKEIN_FAULT("fork.child");
        run_child(std::move(start));
      }();
    }
  }
  if (pid < 0) throw OSError(std::error_code(failed, std::generic_category()), "cannot fork");
  NewChild child(pid);
  SKEIN_FAULT("fork.parent");
  child_end.close();
  return ChildWatch::of_child(child, std::move(lifeline), ParentOnly());
}

}  // namespace skein::inline v0::multiprocessing::internal
