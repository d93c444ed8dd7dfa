// The body of with() takes what the manager gives, by reference, or nothing.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  co_await asyncio::with(asyncio::TaskGroup(), [](asyncio::TaskGroup&) -> asyncio::Coroutine<> { co_return; });
#else
  co_await asyncio::with(asyncio::TaskGroup(), [](asyncio::TaskGroup) -> asyncio::Coroutine<> { co_return; });
#endif
}
