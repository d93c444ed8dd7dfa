// In Python a `yield` makes an `async def` a generator; here the return type says it.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

#ifdef SKEIN_CONTROL
asyncio::AsyncGenerator<int> numbers() { co_yield 1; }
#else
asyncio::Coroutine<> numbers() { co_yield 1; }
#endif
