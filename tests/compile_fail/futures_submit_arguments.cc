// A callable that cannot be called with what is submitted beside it is refused in one sentence.
#include <skein/futures.h>

#include <functional>
#include <string>

void takes_a_reference(int& number) { ++number; }
void takes_a_number(int) {}

void f(skein::futures::Executor& executor) {
  int number = 0;
#ifdef SKEIN_CONTROL
  static_cast<void>(executor.submit(takes_a_reference, std::ref(number)));
  static_cast<void>(executor.submit(takes_a_number, 1));
#else
  static_cast<void>(executor.submit(takes_a_reference, number));
  static_cast<void>(executor.submit(takes_a_number, std::string("one")));
#endif
}
