// skein/multiprocessing/shared_memory.h - named shared memory. Python: import multiprocessing.shared_memory.
#ifndef SKEIN_MULTIPROCESSING_SHARED_MEMORY_H_
#define SKEIN_MULTIPROCESSING_SHARED_MEMORY_H_

#include <skein/multiprocessing/shareable_list.h>
#include <skein/multiprocessing/shared_memory_block.h>

#endif  // SKEIN_MULTIPROCESSING_SHARED_MEMORY_H_
