// A handshake in place of a sleep: waits until a thread has really gone to sleep in the call under test.
#ifndef SKEIN_TESTS_TESTING_ASLEEP_H_
#define SKEIN_TESTS_TESTING_ASLEEP_H_

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

namespace skein::testing {

// The system's number of the calling thread.
inline std::int64_t this_tid() { return ::syscall(SYS_gettid); }

// What /proc says of a thread or process: one letter, S if it sleeps in the kernel.
inline bool is_in_state_s(const std::string& folder) {
  std::ifstream file(folder + "/stat");
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_ends = line.rfind(')');
  return name_ends != std::string::npos && name_ends + 2 < line.size() && line[name_ends + 2] == 'S';
}

// Whether the thread `tid` of this process sleeps in the kernel, and not on its way in or out.
inline bool is_asleep(std::int64_t tid) { return is_in_state_s("/proc/self/task/" + std::to_string(tid)); }

// Whether (the first thread of) another process does.
inline bool is_process_asleep(std::int64_t pid) { return is_in_state_s("/proc/" + std::to_string(pid)); }

// Returns when `tid` sleeps. Sure only if the thread sleeps nowhere else on its way to the call under test: let it
// give its number away (an atomic, not a lock) right before that call.
inline void wait_until_asleep(std::int64_t tid) {
  while (!is_asleep(tid)) ::sched_yield();
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_ASLEEP_H_
