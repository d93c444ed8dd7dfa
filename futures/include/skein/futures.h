// skein/futures.h - results of work that is done elsewhere. Python: import concurrent.futures.
#ifndef SKEIN_FUTURES_H_
#define SKEIN_FUTURES_H_

#include <skein/futures/errors.h>
#include <skein/futures/executor.h>
#include <skein/futures/future.h>
#include <skein/futures/report.h>
#include <skein/futures/thread_pool_executor.h>
#include <skein/futures/wait.h>

#endif  // SKEIN_FUTURES_H_
