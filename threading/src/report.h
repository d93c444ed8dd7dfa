// report.h - hands an exception that leaves a thread to threading::excepthook.
#ifndef SKEIN_THREADING_SRC_REPORT_H_
#define SKEIN_THREADING_SRC_REPORT_H_

#include <skein/threading/thread_handle.h>

namespace skein::inline v0::internal {

// Call in a handler: the exception is the current one. Lets nothing out but a forced unwind.
void report_uncaught(threading::ThreadHandle thread);

}  // namespace skein::inline v0::internal

#endif  // SKEIN_THREADING_SRC_REPORT_H_
