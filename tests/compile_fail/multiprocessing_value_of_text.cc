// A std::string holds a pointer, which means nothing to another process.
#include <skein/multiprocessing/value.h>

#include <string>

int main() {
#ifdef SKEIN_CONTROL
  const skein::multiprocessing::Value<double> value(1);
#else
  const skein::multiprocessing::Value<std::string> value("1");
#endif
  static_cast<void>(value);
}
