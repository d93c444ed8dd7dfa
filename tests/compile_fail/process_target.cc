// A target that cannot be called with its arguments in the other process: they are copies there.
#include <skein/multiprocessing/process.h>

#include <functional>

void raise_it(int& number);
void raise_it(int& number) { ++number; }

int main() {
  int number = 1;
#ifdef SKEIN_CONTROL
  skein::multiprocessing::Process process([](int& copy) { raise_it(copy); }, std::ref(number));
#else
  skein::multiprocessing::Process process(raise_it, number);
#endif
  process.start();
}
