// skein/multiprocessing.h - processes, and what they share. Python: import multiprocessing.
//
//   namespace multiprocessing = skein::multiprocessing;
#ifndef SKEIN_MULTIPROCESSING_H_
#define SKEIN_MULTIPROCESSING_H_

#include <skein/multiprocessing/array.h>
#include <skein/multiprocessing/async_result.h>
#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/connection.h>
#include <skein/multiprocessing/connection_errors.h>
#include <skein/multiprocessing/connection_wait.h>
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/cpu_count.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/event.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/multiprocessing/imap_iterator.h>
#include <skein/multiprocessing/joinable_queue.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/logger.h>
#include <skein/multiprocessing/pipe.h>
#include <skein/multiprocessing/pool.h>
#include <skein/multiprocessing/pool_methods.h>
#include <skein/multiprocessing/pool_options.h>
#include <skein/multiprocessing/process.h>
#include <skein/multiprocessing/process_handle.h>
#include <skein/multiprocessing/queue.h>
#include <skein/multiprocessing/raw_array.h>
#include <skein/multiprocessing/raw_value.h>
#include <skein/multiprocessing/remote_error.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>
#include <skein/multiprocessing/shareable_list.h>
#include <skein/multiprocessing/shared_memory.h>
#include <skein/multiprocessing/shared_memory_block.h>
#include <skein/multiprocessing/sharedctypes.h>
#include <skein/multiprocessing/simple_queue.h>
#include <skein/multiprocessing/synchronize.h>
#include <skein/multiprocessing/value.h>
#include <skein/multiprocessing/worker_lost.h>

#endif  // SKEIN_MULTIPROCESSING_H_
