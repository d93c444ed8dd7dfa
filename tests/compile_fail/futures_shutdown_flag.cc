// shutdown(wait) takes exactly a bool: a number or a pointer there is a mistake.
#include <skein/futures.h>

void f(skein::futures::Executor& executor) {
#ifdef SKEIN_CONTROL
  executor.shutdown(false);
#else
  executor.shutdown(1);
#endif
}
