// skein/queue.h - Python: `import queue`. Everything in namespace skein::queue.
#ifndef SKEIN_QUEUE_H_
#define SKEIN_QUEUE_H_

#include <skein/core/errors.h>
#include <skein/core/timeout.h>
#include <skein/queue/errors.h>
#include <skein/queue/lifo_queue.h>
#include <skein/queue/priority_queue.h>
#include <skein/queue/queue.h>
#include <skein/queue/simple_queue.h>

#endif  // SKEIN_QUEUE_H_
