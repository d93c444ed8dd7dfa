// A generator is not awaited; each of its values is.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::AsyncGenerator<int> numbers() { co_yield 1; }

asyncio::Coroutine<> f() {
  auto all = numbers();
#ifdef SKEIN_CONTROL
  const auto number = co_await all.next();
  static_cast<void>(number);
#else
  co_await all;
#endif
}
