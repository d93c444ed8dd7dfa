// The body of with() returns a coroutine or nothing.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  co_await asyncio::with(asyncio::timeout(1), [](asyncio::Timeout&) -> asyncio::Coroutine<> { co_return; });
#else
  co_await asyncio::with(asyncio::timeout(1), [](asyncio::Timeout&) { return 1; });
#endif
}
