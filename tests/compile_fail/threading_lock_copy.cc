// Two copies of a lock would guard nothing.
#include <skein/threading.h>

void f(skein::threading::Lock& lock) {
#ifdef SKEIN_CONTROL
  skein::threading::Lock& same = lock;
#else
  skein::threading::Lock same = lock;
#endif
  same.release();
}
