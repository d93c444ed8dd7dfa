// skein/multiprocessing/joinable_queue.h - a queue whose tasks are counted. Python: multiprocessing.JoinableQueue.
#ifndef SKEIN_MULTIPROCESSING_JOINABLE_QUEUE_H_
#define SKEIN_MULTIPROCESSING_JOINABLE_QUEUE_H_

#include <skein/multiprocessing/queue.h>

#include <concepts>
#include <stop_token>

namespace skein::inline v0::multiprocessing {

namespace queues {

// Threads, Lifetime, Ordering, Items, Cost: as Queue.
// Death: as Queue. The task of an item that is lost with its process stays undone, as in Python: whoever learns of that
//        death calls task_done() in its place. The count itself is never wrong.
template <class T>
class JoinableQueue : public Queue<T> {
 public:
  using Queue<T>::Queue;

  // Says that the work on an item got before is done, in whatever process; the last one frees those in join().
  // Errors: ValueError ("task_done() called too many times") beyond the number of items put.
  void task_done() const {
    if (!this->core_.task_done()) internal::throw_too_many_done();
  }
  // Waits until task_done() has been called for every item put. After an immediate shutdown, for every item got.
  void join() const { this->core_.join({}); }
  // The same until `stop` is requested or `timeout` has passed (zero or less: only looks): false then.
  template <std::same_as<std::stop_token> S>
  bool join(S stop, Timeout timeout = None) const {
    return this->core_.join({.timeout = timeout, .stop = &stop});
  }
};

}  // namespace queues

using queues::JoinableQueue;

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_JOINABLE_QUEUE_H_
