#include <skein/contextvars.h>
#include <skein/core.h>
#include <skein/core/version.h>
#include <skein/time.h>

#include <iostream>

int main() {
  const double began = skein::time::monotonic();
  skein::contextvars::ContextVar<int> var("var", 1);
  bool good = var.get() == 1;
  try {
    throw skein::TimeoutError("thrown here");
  } catch (const skein::OSError&) {
  } catch (const std::exception&) {
    good = false;
  }
  good = good && skein::time::monotonic() >= began;
  std::cout << "skein " << skein::version() << (good ? " works\n" : " fails\n");
  return good ? 0 : 1;
}
