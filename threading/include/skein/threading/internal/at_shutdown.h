// skein/threading/internal/at_shutdown.h - what to do before the process waits for its threads. Python:
// threading._register_atexit.
#ifndef SKEIN_THREADING_INTERNAL_AT_SHUTDOWN_H_
#define SKEIN_THREADING_INTERNAL_AT_SHUTDOWN_H_

#include <skein/core/export.h>

namespace skein::inline v0::internal {

// `function` is called once when the process exits, before non-daemon threads are joined; the last one registered goes
// first. It must not throw. Too late, when that has begun: never called.
SKEIN_API void at_shutdown(void (*function)());

}  // namespace skein::inline v0::internal

#endif  // SKEIN_THREADING_INTERNAL_AT_SHUTDOWN_H_
