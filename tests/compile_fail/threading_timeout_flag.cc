// A flag is no number of seconds.
#include <skein/threading.h>

bool f(skein::threading::Event& event) {
#ifdef SKEIN_CONTROL
  return event.wait(1);
#else
  return event.wait(true);
#endif
}
