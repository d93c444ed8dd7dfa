// with() takes what has aenter() and aexit().
#include <skein/asyncio.h>

#include <exception>

namespace asyncio = skein::asyncio;

class Manager {
 public:
  asyncio::Coroutine<> aenter() { co_return; }
#ifdef SKEIN_CONTROL
  asyncio::Coroutine<> aexit(std::exception_ptr) { co_return; }
#endif
};

asyncio::Coroutine<> f() {
  co_await asyncio::with(Manager(), []() -> asyncio::Coroutine<> { co_return; });
}
