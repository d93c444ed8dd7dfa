// A coroutine's frame is aligned as operator new aligns.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

#ifdef SKEIN_CONTROL
struct Result {
#else
struct alignas(64) Result {
#endif
  int value = 0;
};

asyncio::Coroutine<Result> f() { co_return Result{}; }
