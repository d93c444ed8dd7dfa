// Ends the process by SIGSYS when it makes a system call that it must not make. A check of what a trace would show.
#ifndef SKEIN_TESTS_TESTING_SECCOMP_H_
#define SKEIN_TESTS_TESTING_SECCOMP_H_

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <utility>
#include <vector>

namespace skein::testing {

namespace internal {

inline sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}
inline sock_filter jump(std::uint16_t test, std::uint32_t value, std::uint8_t if_true, std::uint8_t if_false) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, if_true, if_false);
}
inline sock_filter answer(std::uint32_t what) { return BPF_STMT(BPF_RET | BPF_K, what); }
// The low half of an argument; the machines that skein runs on are little endian.
inline std::size_t argument(std::size_t i) { return offsetof(seccomp_data, args) + 8 * i; }

inline void install(std::vector<sock_filter> program) {
  program.push_back(answer(SECCOMP_RET_ALLOW));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    std::abort();
  }
}

}  // namespace internal

// From now on, in the calling thread and those that it starts: no sleep that the wall clock would end.
inline void forbid_waits_by_the_wall_clock() {
  using namespace internal;  // NOLINT(google-build-using-namespace)
  // Jumps are counted in lines: over so many if true, over so many if false.
  install({
      load(offsetof(seccomp_data, nr)),
      jump(BPF_JEQ, SYS_futex, 0, 6),
      load(argument(1)),
      jump(BPF_JSET, FUTEX_CLOCK_REALTIME, 0, 11),
      load(argument(3)),  // The deadline. Without one (pthread_join) the clock does not matter.
      jump(BPF_JEQ, 0, 0, 8),
      load(argument(3) + 4),
      jump(BPF_JEQ, 0, 7, 6),
      jump(BPF_JEQ, SYS_clock_nanosleep, 0, 6),
      load(argument(0)),
      jump(BPF_JEQ, CLOCK_REALTIME, 0, 4),
      load(argument(1)),  // A relative sleep follows the monotonic clock whatever it says.
      jump(BPF_JEQ, TIMER_ABSTIME, 1, 0),
      answer(SECCOMP_RET_ALLOW),
      answer(SECCOMP_RET_KILL_PROCESS),
  });
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_SECCOMP_H_
