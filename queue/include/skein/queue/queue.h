// skein/queue/queue.h - first in, first out. Python: queue.Queue.
#ifndef SKEIN_QUEUE_QUEUE_H_
#define SKEIN_QUEUE_QUEUE_H_

#include <skein/queue/internal/basic_queue.h>

#include <cstdint>

namespace skein::inline v0::queue {

// Strictly first in, first out for all threads together, bounded or not. Members: internal/basic_queue.h.
template <class T>
class Queue : public internal::BasicQueue<T, internal::FifoItems<T>> {
 public:
  // `maxsize` of zero or less: no bound.
  explicit Queue(std::int64_t maxsize = 0) : internal::BasicQueue<T, internal::FifoItems<T>>(maxsize, {}) {}
  explicit Queue(QueueOptions options) : Queue(options.maxsize) {}
};

}  // namespace skein::inline v0::queue

#endif  // SKEIN_QUEUE_QUEUE_H_
