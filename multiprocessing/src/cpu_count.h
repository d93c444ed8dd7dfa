// cpu_count.h - the part of cpu_count() that a test can give other files.
#ifndef SKEIN_MULTIPROCESSING_SRC_CPU_COUNT_H_
#define SKEIN_MULTIPROCESSING_SRC_CPU_COUNT_H_

#include <skein/core/export.h>

#include <string>

namespace skein::inline v0::multiprocessing::internal {

// By `list` (proc's file cgroup) and the hierarchies below `root`. INT_MAX: no limit.
SKEIN_API int quota_in_processors(const std::string& list, const std::string& root);

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_CPU_COUNT_H_
