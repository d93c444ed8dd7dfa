// create_task(f) takes a coroutine function; one that returns at once is for call_soon(), or for a thread.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> number() { co_return 1; }
int plain() { return 1; }

void f() {
#ifdef SKEIN_CONTROL
  asyncio::create_task(number);
  static_cast<void>(plain);
#else
  asyncio::create_task(plain);
  static_cast<void>(number);
#endif
}
