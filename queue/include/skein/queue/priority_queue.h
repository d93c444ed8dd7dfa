// skein/queue/priority_queue.h - smallest first. Python: queue.PriorityQueue.
#ifndef SKEIN_QUEUE_PRIORITY_QUEUE_H_
#define SKEIN_QUEUE_PRIORITY_QUEUE_H_

#include <skein/queue/internal/basic_queue.h>

#include <cstdint>
#include <functional>
#include <utility>

namespace skein::inline v0::queue {

// get() gives the smallest item by `Less` (operator< unless given), where Python compares with `<`. Items that are
// equal by it come out in the order in which CPython's heapq gives them, which is not that of their coming: put a
// number beside the priority, as Python's documentation advises, where that matters. A comparator that throws leaves
// the queue as it was; one that contradicts itself spoils the order and nothing else.
// Members: internal/basic_queue.h.
template <class T, class Less = std::less<>>
class PriorityQueue;

}  // namespace skein::inline v0::queue

namespace skein::inline v0::internal {

template <class Less>
struct HeapBy {
  template <class E>
  using Order = Heap<E, Less>;
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::queue {

// The same: declared above, since its storage is made of Less.
template <class T, class Less>
class PriorityQueue : public internal::BasicQueue<T, internal::VectorItems<T, internal::HeapBy<Less>::template Order>> {
  using Items = internal::VectorItems<T, internal::HeapBy<Less>::template Order>;

 public:
  // `maxsize` of zero or less: no bound.
  explicit PriorityQueue(std::int64_t maxsize = 0, Less less = Less())
      : internal::BasicQueue<T, Items>(maxsize, Items(typename Items::Items(std::move(less)))) {}
  explicit PriorityQueue(QueueOptions options, Less less = Less()) : PriorityQueue(options.maxsize, std::move(less)) {}
};

}  // namespace skein::inline v0::queue

#endif  // SKEIN_QUEUE_PRIORITY_QUEUE_H_
