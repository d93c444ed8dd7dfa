// An item that cannot be copied is given by std::move.
#include <skein/queue.h>

#include <memory>
#include <utility>

void put(skein::queue::Queue<std::unique_ptr<int>>& q, std::unique_ptr<int> item) {
#ifdef SKEIN_CONTROL
  q.put(std::move(item));
#else
  q.put(item);
#endif
}
