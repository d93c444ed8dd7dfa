// A positional flag takes exactly a bool.
#include <skein/queue.h>

void put(skein::queue::PriorityQueue<int>& q) {
#ifdef SKEIN_CONTROL
  q.put(1, true, 5);
#else
  q.put(1, 5);
#endif
}
