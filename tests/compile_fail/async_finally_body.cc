// Both sides of finally() are coroutine functions, also where there is nothing to await; and the body is not a call.
#include <skein/asyncio.h>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> work() { co_return; }
void tidy_up() {}

asyncio::Coroutine<> f() {
#if defined(SKEIN_CONTROL)
  tidy_up();
  co_await asyncio::finally(work, work);
#elif defined(SKEIN_CLEANUP)
  co_await asyncio::finally(work, tidy_up);
#elif defined(SKEIN_CALL)
  co_await asyncio::finally(work(), work);
#else
  co_await asyncio::finally(tidy_up, work);
#endif
}
