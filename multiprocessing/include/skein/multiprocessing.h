// skein/multiprocessing.h - processes, and what they share. Python: import multiprocessing.
//
//   namespace multiprocessing = skein::multiprocessing;
#ifndef SKEIN_MULTIPROCESSING_H_
#define SKEIN_MULTIPROCESSING_H_

#include <skein/multiprocessing/array.h>
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/cpu_count.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/multiprocessing/logger.h>
#include <skein/multiprocessing/process.h>
#include <skein/multiprocessing/process_handle.h>
#include <skein/multiprocessing/raw_array.h>
#include <skein/multiprocessing/raw_value.h>
#include <skein/multiprocessing/value.h>

#endif  // SKEIN_MULTIPROCESSING_H_
