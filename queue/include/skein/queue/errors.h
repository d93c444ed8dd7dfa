// skein/queue/errors.h - what queues throw. Python: queue.Empty, queue.Full, queue.ShutDown.
#ifndef SKEIN_QUEUE_ERRORS_H_
#define SKEIN_QUEUE_ERRORS_H_

#include <skein/core/export.h>

#include <stdexcept>

namespace skein::inline v0::queue {

// A get() found no item in time. what() is empty, as Python's str() of it.
class SKEIN_API Empty : public std::runtime_error {
 public:
  Empty() : std::runtime_error("") {}
  ~Empty() override;
};

// A put() found no free place in time.
class SKEIN_API Full : public std::runtime_error {
 public:
  Full() : std::runtime_error("") {}
  ~Full() override;
};

// Python 3.13: a put() to a queue that was shut down, or a get() from one that is empty besides.
class SKEIN_API ShutDown : public std::runtime_error {
 public:
  ShutDown() : std::runtime_error("") {}
  ~ShutDown() override;
};

}  // namespace skein::inline v0::queue

#endif  // SKEIN_QUEUE_ERRORS_H_
