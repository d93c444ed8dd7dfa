// run() takes a coroutine, or a function that returns one.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> number() { co_return 1; }
int plain() { return 1; }

int f() {
#ifdef SKEIN_CONTROL
  return asyncio::run(number) + plain();
#else
  static_cast<void>(number);
  return asyncio::run(plain);
#endif
}
