// Who a process is, in so few bits that it fits into the word of a lock, and whether it is still there.
#ifndef SKEIN_MULTIPROCESSING_SRC_IDENTITY_H_
#define SKEIN_MULTIPROCESSING_SRC_IDENTITY_H_

#include <cstdint>

namespace skein::inline v0::multiprocessing::internal {

// A process: its number and the low half of the time it was started at (clock ticks since boot: proc(5), stat, field
// 22), by which it differs from a later process of that number. Both sides must see one table of processes (one pid
// namespace). Pid 0: nobody.
struct Identity {
  std::uint32_t pid = 0;      // Below 2^22: the kernel's PID_MAX_LIMIT.
  std::uint32_t started = 0;  // 0: could not be read; then the number alone counts.

  friend bool operator==(const Identity&, const Identity&) = default;
};

// This process. A system call and a read of /proc for the first time and after a fork, an atomic load else.
Identity self() noexcept;

// Whether that process has ended: killed ones that nobody has waited for included. False for pid 0, and when it cannot
// be found out. Some system calls.
bool gone(Identity process) noexcept;

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_IDENTITY_H_
