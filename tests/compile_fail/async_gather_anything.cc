// gather() takes what can be awaited.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> number() { co_return 1; }

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  co_await asyncio::gather(number(), asyncio::sleep(1, 2));
#else
  co_await asyncio::gather(number(), 2);
#endif
}
