// skein/asyncio.h - coroutines, tasks and the event loop. Python: import asyncio.
#ifndef SKEIN_ASYNCIO_H_
#define SKEIN_ASYNCIO_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/errors.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/future.h>
#include <skein/asyncio/sleep.h>
#include <skein/asyncio/task.h>

#endif  // SKEIN_ASYNCIO_H_
