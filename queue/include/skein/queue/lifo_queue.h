// skein/queue/lifo_queue.h - last in, first out. Python: queue.LifoQueue.
#ifndef SKEIN_QUEUE_LIFO_QUEUE_H_
#define SKEIN_QUEUE_LIFO_QUEUE_H_

#include <skein/queue/internal/basic_queue.h>

#include <cstdint>

namespace skein::inline v0::queue {

// get() gives the item that was put last. Members: internal/basic_queue.h.
template <class T>
class LifoQueue : public internal::BasicQueue<T, internal::VectorItems<T, internal::Stack>> {
  using Items = internal::VectorItems<T, internal::Stack>;

 public:
  // `maxsize` of zero or less: no bound.
  explicit LifoQueue(std::int64_t maxsize = 0) : internal::BasicQueue<T, Items>(maxsize, Items({})) {}
  explicit LifoQueue(QueueOptions options) : LifoQueue(options.maxsize) {}
};

}  // namespace skein::inline v0::queue

#endif  // SKEIN_QUEUE_LIFO_QUEUE_H_
