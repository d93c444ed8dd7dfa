// skein/asyncio.h - coroutines, tasks and the event loop. Python: import asyncio.
#ifndef SKEIN_ASYNCIO_H_
#define SKEIN_ASYNCIO_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/errors.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/future.h>
#include <skein/asyncio/gather.h>
#include <skein/asyncio/generators.h>
#include <skein/asyncio/locks.h>
#include <skein/asyncio/queues.h>
#include <skein/asyncio/runner.h>
#include <skein/asyncio/sleep.h>
#include <skein/asyncio/task.h>
#include <skein/asyncio/taskgroup.h>
#include <skein/asyncio/threads.h>
#include <skein/asyncio/timeouts.h>
#include <skein/asyncio/wait.h>

#endif  // SKEIN_ASYNCIO_H_
