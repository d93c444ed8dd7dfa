// skein/multiprocessing/process_handle.h - a process as others see it. Python: what current_process(),
// parent_process() and active_children() give.
#ifndef SKEIN_MULTIPROCESSING_PROCESS_HANDLE_H_
#define SKEIN_MULTIPROCESSING_PROCESS_HANDLE_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing {

namespace internal {
class ProcessState;
}  // namespace internal

// What exitcode() says when nobody can know: somebody else waited for the child (a foreign waitpid(-1), or SIGCHLD is
// ignored), or the fork server was killed, and the kernel does not say it either (it does from Linux 6.15 on).
// CPython's choice for a fork server that is gone.
inline constexpr int kUnknownExitCode = 255;

// Refers to a process without owning it: copies refer to the same one. Every Process is one, so a Process compares with
// what current_process() and active_children() give.
//
// Threads:  any member, from any thread, at any time. Several threads may join one process; each learns how it ended.
// Lifetime: outlives the process and the Process object.
// Ordering: what the process did to shared memory before it ended is visible after a join() that saw the end.
// Cost:     some system calls to start, to look and to wait; nothing while nobody asks.
// Death:    a process that is killed at any moment is one that ended, with minus the signal's number. The end is seen
//           by a pidfd, and signals go through it, so a number that the system has given to another process is never
//           mistaken for this one.
// Errors:   RuntimeError ("Process.__init__() not called") from every member but == of a moved-from Process; ValueError
//           ("process object is closed") from most members after close().
class SKEIN_API ProcessHandle {
 public:
  // The keyword arguments of Process.join.
  struct JoinOptions {
    Timeout timeout = None;
  };

  // For people to read; "Process-N" unless given, "Process-N:M" for the Mth one that Process-N makes.
  [[nodiscard]] std::string name() const;
  // Of this process's own idea of it: a child that runs already keeps the name that it was started with.
  void set_name(std::string name);

  // Whether the process is terminated when the one that made it ends, instead of being waited for.
  [[nodiscard]] bool daemon() const;
  // Errors: AssertionError ("process has already started").
  void set_daemon(bool daemon);

  // Empty until it has ended, or if it was not started. Then what it returned to the system: 0 if the target returned,
  // 1 after an exception that nobody caught, SystemExit's code; minus the signal's number if one killed it;
  // kUnknownExitCode if nobody knows. Never waits for it.
  // Errors: ValueError after close().
  [[nodiscard]] std::optional<int> exitcode() const;
  // The system's number of it; empty until it is started.
  // Errors: ValueError after close().
  [[nodiscard]] std::optional<int> pid() const;
  [[nodiscard]] std::optional<int> ident() const { return pid(); }
  // A descriptor that becomes readable when the process has ended, for poll(2) and connection::wait. It belongs to this
  // object: valid until close(), or until the last handle is gone. In the parent_process() of a child: of its end.
  // Errors: ValueError if the process was not started ("process not started"), or after close().
  [[nodiscard]] int sentinel() const;

  // True from start() until the process has ended, and of current_process().
  // Errors: AssertionError ("can only test a child process") if another process made it; ValueError after close().
  [[nodiscard]] bool is_alive() const;

  // Waits until the process has ended, for at most `timeout` (monotonic, from entry; None: no limit; zero or less: only
  // looks). As it returns nothing, ask exitcode() whether time ran out. Any number of threads, any number of times.
  // Errors: AssertionError if it was not started ("can only join a started process") or if another process made it
  // ("can only join a child process"); ValueError after close() or if `timeout` is NaN.
  void join(Timeout timeout = None) const;
  void join(JoinOptions options) const { join(options.timeout); }

  // Sends SIGTERM, SIGKILL, SIGINT (3.14). Nothing happens to one that has ended; its own children are not told.
  // Errors: AssertionError if it was not started, or if another process made it (CPython: AttributeError in the first
  // case); ValueError after close(); OSError if the system forbids it.
  void terminate() const;
  void kill() const;
  void interrupt() const;

  // Gives up what the object holds, the sentinel among it. Closing twice does nothing.
  // Errors: ValueError if it still runs.
  void close() const;

  friend bool operator==(const ProcessHandle& a, const ProcessHandle& b) noexcept { return a.state_ == b.state_; }

 protected:
  explicit ProcessHandle(std::shared_ptr<internal::ProcessState> state) noexcept : state_(std::move(state)) {}
  // The state; RuntimeError if there is none.
  [[nodiscard]] internal::ProcessState& state() const;

  std::shared_ptr<internal::ProcessState> state_;

 private:
  friend class internal::ProcessState;
  friend struct std::hash<ProcessHandle>;
};

// This process. Its name is "MainProcess" in one that skein did not start.
[[nodiscard]] SKEIN_API ProcessHandle current_process();
// The process that started this one; empty (Python: None) in one that skein did not start. Only name, pid, sentinel,
// is_alive and join mean something there.
[[nodiscard]] SKEIN_API std::optional<ProcessHandle> parent_process();
// The children of this process that are alive, in the order of their start. Has the side effect of reaping those that
// have ended.
[[nodiscard]] SKEIN_API std::vector<ProcessHandle> active_children();

}  // namespace skein::inline v0::multiprocessing

template <>
struct std::hash<skein::multiprocessing::ProcessHandle> {
  std::size_t operator()(const skein::multiprocessing::ProcessHandle& handle) const noexcept {
    return std::hash<std::shared_ptr<skein::multiprocessing::internal::ProcessState>>()(handle.state_);
  }
};

#endif  // SKEIN_MULTIPROCESSING_PROCESS_HANDLE_H_
