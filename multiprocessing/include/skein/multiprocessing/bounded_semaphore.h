// skein/multiprocessing/bounded_semaphore.h - a semaphore that never has more permits than at first. Python:
// multiprocessing.BoundedSemaphore.
#ifndef SKEIN_MULTIPROCESSING_BOUNDED_SEMAPHORE_H_
#define SKEIN_MULTIPROCESSING_BOUNDED_SEMAPHORE_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/semaphore.h>

#include <cstdint>

namespace skein::inline v0::multiprocessing {

// Releasing more than was acquired is a ValueError ("semaphore or lock released too many times"). All else as
// Semaphore.
class SKEIN_API BoundedSemaphore : public Semaphore {
 public:
  explicit BoundedSemaphore(std::int64_t value = 1) : BoundedSemaphore(Options{.value = value}) {}
  explicit BoundedSemaphore(Options options) : Semaphore(options, true) {}
  // For what fills it by load(). Until then it must not be used.
  explicit BoundedSemaphore(internal::Unpickled empty) noexcept : Semaphore(empty) {}
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_BOUNDED_SEMAPHORE_H_
