// start_anew.h - starting this program anew, for spawn and for the fork server.
#ifndef SKEIN_MULTIPROCESSING_SRC_START_ANEW_H_
#define SKEIN_MULTIPROCESSING_SRC_START_ANEW_H_

#include <sys/types.h>

#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// With the hidden arguments that freeze_support() looks for, of this `kind`, and these descriptors from kLaunchPlace
// on, no other one but stdout and stderr. Errors: OSError.
pid_t start_anew(const char* kind, const std::vector<int>& descriptors);

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_START_ANEW_H_
