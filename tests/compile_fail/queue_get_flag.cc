// A positional flag takes exactly a bool: get(5) is neither block=True nor a timeout by accident.
#include <skein/queue.h>

int get(skein::queue::Queue<int>& q) {
#ifdef SKEIN_CONTROL
  return q.get(true, 5);
#else
  return q.get(5);
#endif
}
