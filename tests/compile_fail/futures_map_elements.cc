// Nor does map() take a callable that its ranges' elements do not fit.
#include <skein/futures.h>

#include <string>
#include <vector>

int twice(int number) { return 2 * number; }

void f(skein::futures::Executor& executor, std::vector<int>& numbers, std::vector<std::string>& texts) {
#ifdef SKEIN_CONTROL
  static_cast<void>(executor.map(twice, numbers));
  static_cast<void>(texts);
#else
  static_cast<void>(executor.map(twice, texts));
  static_cast<void>(numbers);
#endif
}
