// skein/multiprocessing/synchronize.h - what processes wait for each other with. Python: multiprocessing.synchronize.
#ifndef SKEIN_MULTIPROCESSING_SYNCHRONIZE_H_
#define SKEIN_MULTIPROCESSING_SYNCHRONIZE_H_

#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/event.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>

namespace skein::inline v0::multiprocessing::synchronize {

using multiprocessing::Barrier;
using multiprocessing::BoundedSemaphore;
using multiprocessing::Condition;
using multiprocessing::Event;
using multiprocessing::Lock;
using multiprocessing::RLock;
using multiprocessing::Semaphore;

}  // namespace skein::inline v0::multiprocessing::synchronize

#endif  // SKEIN_MULTIPROCESSING_SYNCHRONIZE_H_
