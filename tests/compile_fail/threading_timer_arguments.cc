// So is a timer's function.
#include <skein/threading.h>

void takes_a_number(int) {}

void f() {
#ifdef SKEIN_CONTROL
  skein::threading::Timer timer(1, takes_a_number, 1);
#else
  skein::threading::Timer timer(1, takes_a_number, "one");
#endif
}
