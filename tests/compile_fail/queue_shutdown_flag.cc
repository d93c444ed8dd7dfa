// A positional flag takes exactly a bool.
#include <skein/queue.h>

void end(skein::queue::LifoQueue<int>& q) {
#ifdef SKEIN_CONTROL
  q.shutdown(true);
#else
  q.shutdown(1);
#endif
}
