// Nor does a sleep.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  co_await asyncio::sleep(1);
#else
  asyncio::sleep(1);
  co_return;
#endif
}
