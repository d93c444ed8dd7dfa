// skein/process_pool.h - the pool of processes. Python: from concurrent.futures import ProcessPoolExecutor,
// and from multiprocessing.pool import ThreadPool.
//
//   namespace futures = skein::futures;
#ifndef SKEIN_PROCESS_POOL_H_
#define SKEIN_PROCESS_POOL_H_

#include <skein/futures/process_pool_errors.h>
#include <skein/futures/process_pool_executor.h>
#include <skein/multiprocessing/thread_pool.h>

#endif  // SKEIN_PROCESS_POOL_H_
