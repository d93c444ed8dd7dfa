// A target that cannot be called with its arguments is refused in one sentence.
#include <skein/threading.h>

#include <functional>
#include <string>

void takes_a_reference(int& number) { ++number; }
void takes_a_number(int) {}

void f() {
  int number = 0;
#ifdef SKEIN_CONTROL
  skein::threading::Thread by_reference(takes_a_reference, std::ref(number));
  skein::threading::Thread by_value(takes_a_number, 1);
#else
  skein::threading::Thread by_reference(takes_a_reference, number);
  skein::threading::Thread by_value(takes_a_number, std::string("one"));
#endif
}
