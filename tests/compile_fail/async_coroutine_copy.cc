// A coroutine runs once, so there is one of it.
#include <skein/asyncio.h>

#include <utility>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> number() { co_return 1; }

asyncio::Coroutine<int> f() {
  asyncio::Coroutine<int> one = number();
#ifdef SKEIN_CONTROL
  asyncio::Coroutine<int> other = std::move(one);
#else
  asyncio::Coroutine<int> other = one;
#endif
  co_return co_await other;
}
