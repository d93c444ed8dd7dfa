// The tasks of a group are made of coroutines, or of functions that return one.
#include <skein/asyncio.h>

#include <string>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> fetch(std::string /*url*/) { co_return; }
void plain(std::string /*url*/) {}

asyncio::Coroutine<> f(asyncio::Future<int> future) {
  co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
    group.create_task(fetch, "url");
    group.create_task({.name = "other"}, fetch("url"));
#if defined(SKEIN_CONTROL)
    plain("url");
    co_await future;
#elif defined(SKEIN_FUTURE)
    group.create_task(future);
    plain("url");
#elif defined(SKEIN_ARGUMENTS)
    group.create_task(fetch, 1);
    plain("url");
#else
    group.create_task(plain, "url");
#endif
    co_return;
  });
}
