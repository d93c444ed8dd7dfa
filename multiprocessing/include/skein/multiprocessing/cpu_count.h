// skein/multiprocessing/cpu_count.h - how many processes may run at once. Python: multiprocessing.cpu_count().
#ifndef SKEIN_MULTIPROCESSING_CPU_COUNT_H_
#define SKEIN_MULTIPROCESSING_CPU_COUNT_H_

#include <skein/core/export.h>

namespace skein::inline v0::multiprocessing {

// The number of processors that this process may use: those that its affinity allows, or fewer if a quota of a cgroup
// (v1 or v2; its own or one above it) allows it less time than that, rounded up; at least 1. A container of two
// processors has 2 here. (Python counts all of the machine; its os.process_cpu_count() minds the affinity, no quota.)
//
// Threads: from any, at any time. Cost: reads a few small files. Asks anew at each call.
[[nodiscard]] SKEIN_API int cpu_count();

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_CPU_COUNT_H_
