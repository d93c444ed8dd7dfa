// The body of with() is a coroutine, and a lambda without -> Coroutine<> is none until it awaits.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  co_await asyncio::with(asyncio::timeout(1), [](asyncio::Timeout&) -> asyncio::Coroutine<> { co_return; });
#else
  co_await asyncio::with(asyncio::timeout(1), [](asyncio::Timeout&) {});
#endif
}
