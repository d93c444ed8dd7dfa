// skein/threading/internal/at_shutdown.h - what to do before the process waits for its threads. Python:
// threading._register_atexit.
#ifndef SKEIN_THREADING_INTERNAL_AT_SHUTDOWN_H_
#define SKEIN_THREADING_INTERNAL_AT_SHUTDOWN_H_

#include <skein/core/export.h>

namespace skein::inline v0::internal {

// `function` is called once when the process exits, before non-daemon threads are joined; the last one registered goes
// first. It must not throw. Too late, when that has begun: never called.
SKEIN_API void at_shutdown(void (*function)());
// Does now what the end of the process would do: calls those functions, joins the non-daemon threads, lets daemons get
// no further. For a child that fork() made and that ends by _exit(). The second call, and the end itself, do nothing.
SKEIN_API void shut_down_threads() noexcept;

}  // namespace skein::inline v0::internal

#endif  // SKEIN_THREADING_INTERNAL_AT_SHUTDOWN_H_
