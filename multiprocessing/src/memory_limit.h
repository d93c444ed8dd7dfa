// How much memory this process can still get.
#ifndef SKEIN_MULTIPROCESSING_SRC_MEMORY_LIMIT_H_
#define SKEIN_MULTIPROCESSING_SRC_MEMORY_LIMIT_H_

#include <cstdint>

namespace skein::inline v0::multiprocessing::internal {

// Bytes: what the machine has available, swap included, or what is left to this process's control group, if less.
// UINT64_MAX if it cannot be found out. Whoever reserves more than that in anonymous shared memory gets no error from
// the system, but is killed by it. Reads some files.
std::uint64_t available_memory() noexcept;

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_MEMORY_LIMIT_H_
