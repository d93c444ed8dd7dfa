// skein/threading.h - Python: `import threading`. Everything in namespace skein::threading.
#ifndef SKEIN_THREADING_H_
#define SKEIN_THREADING_H_

#include <skein/core/errors.h>
#include <skein/core/timeout.h>
#include <skein/threading/barrier.h>
#include <skein/threading/condition.h>
#include <skein/threading/event.h>
#include <skein/threading/excepthook.h>
#include <skein/threading/local.h>
#include <skein/threading/lock.h>
#include <skein/threading/rlock.h>
#include <skein/threading/semaphore.h>
#include <skein/threading/thread.h>
#include <skein/threading/thread_handle.h>
#include <skein/threading/timer.h>

namespace skein::inline v0::threading {

// Python: threading.ThreadError, the same as RuntimeError there, too.
using ThreadError = RuntimeError;

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_H_
