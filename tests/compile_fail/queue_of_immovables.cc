// What cannot be moved cannot be put, nor got.
#include <skein/queue.h>

#include <memory>

struct Immovable {
  Immovable() = default;
  Immovable(const Immovable&) = delete;
};

#ifdef SKEIN_CONTROL
skein::queue::SimpleQueue<std::unique_ptr<Immovable>> q;
#else
skein::queue::SimpleQueue<Immovable> q;
#endif
