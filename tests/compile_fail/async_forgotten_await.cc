// A coroutine that nobody awaits does nothing, and the compiler says so.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> step() { co_return; }

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  co_await step();
  co_await asyncio::sleep(1);
#else
  step();
  co_await asyncio::sleep(1);
#endif
}
