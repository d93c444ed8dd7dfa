// child_watch.h - the end of one child: seen once, by a pidfd, and told to everybody who asks.
#ifndef SKEIN_MULTIPROCESSING_SRC_CHILD_WATCH_H_
#define SKEIN_MULTIPROCESSING_SRC_CHILD_WATCH_H_

#include <skein/core/internal/platform.h>
#include <skein/core/thread_safety.h>
#include <skein/core/timeout.h>
#include <skein/threading/lock.h>

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "parent_only.h"

namespace skein::inline v0::multiprocessing::internal {

// A child of this process that was just made. If nothing comes of it, it is killed and waited for.
class NewChild {
 public:
  explicit NewChild(pid_t pid) noexcept : pid_(pid) {}
  ~NewChild();
  NewChild(const NewChild&) = delete;
  NewChild& operator=(const NewChild&) = delete;
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void release() noexcept { pid_ = -1; }

 private:
  pid_t pid_;
};

// Its members are called in the process that made it alone: a forked child has none of the descriptors.
//
// The exit code of a child of this process comes from waitid() on the pidfd, called by one thread at a time and never
// again after it was there. That of the fork server's children comes from the server, which writes it into a pipe. If
// somebody else has taken it, or the server is dead, the kernel may still know (PIDFD_GET_INFO, Linux 6.15); if not, it
// is kUnknownExitCode.
class ChildWatch {
 public:
  // `lifeline`: the end that the child's life hangs on. `launch`: what a spawned child writes into when it has reached
  // freeze_support().
  // Errors: OSError.
  static ChildWatch of_child(NewChild& child, ParentOnly lifeline, ParentOnly launch);

  ChildWatch(pid_t pid, ParentOnly pidfd, ParentOnly lifeline, ParentOnly status, ParentOnly launch) noexcept;
  ChildWatch(ChildWatch&& other) noexcept;
  // A child that nobody would ever hear of again is killed and waited for.
  ~ChildWatch();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  // -1 if there never was one: the child was gone, and waited for by somebody else, before it could be opened.
  [[nodiscard]] int sentinel() const noexcept { return pidfd_.number(); }
  // How it ended; nothing if it has not yet.
  std::optional<int> poll();
  // False if and only if the deadline has passed first.
  bool wait(Deadline deadline);
  // Nothing happens to one that has ended.
  // Errors: OSError.
  void signal(int number);

 private:
  [[nodiscard]] std::optional<int> reap() SKEIN_REQUIRES(lock_);
  [[nodiscard]] std::optional<int> reported() const SKEIN_REQUIRES(lock_);
  [[nodiscard]] int known_to_the_kernel() const noexcept;
  void check_launch() SKEIN_REQUIRES(lock_);

  pid_t pid_;
  ParentOnly pidfd_;
  threading::Lock lock_;
  std::optional<int> code_ SKEIN_GUARDED_BY(lock_);
  ParentOnly lifeline_ SKEIN_GUARDED_BY(lock_);
  ParentOnly status_ SKEIN_GUARDED_BY(lock_);  // The fork server's report; nothing for a child of this process.
  ParentOnly launch_ SKEIN_GUARDED_BY(lock_);  // Until it is known that freeze_support() was reached.
  bool reported_by_server_;
  Deadline start_by_;
  std::uint32_t forks_ = skein::internal::fork_count();  // Whose child it is.
};

// Whether poll(2) says so of a descriptor within that time: readable, or its other end gone.
bool readable(int descriptor, Deadline deadline) noexcept;
inline bool readable(int descriptor) noexcept { return readable(descriptor, Deadline::at(0)); }

// Of a status that wait(2) gives: the exit code, or minus the signal.
int exit_code_of(int wait_status) noexcept;

// How long a new process may take to reach freeze_support(): 10 s, or what SKEIN_START_TIMEOUT says (seconds).
Timeout start_timeout() noexcept;

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_CHILD_WATCH_H_
