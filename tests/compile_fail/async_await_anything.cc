// What cannot be awaited is refused in one sentence: a number, or another library's awaiter.
#include <skein/asyncio.h>

#include <coroutine>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> number() { co_return 1; }

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  co_await number();
#elif defined(SKEIN_FOREIGN)
  co_await std::suspend_always();
#else
  co_await 1;
#endif
}
