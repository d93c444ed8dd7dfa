// to_thread(f, args...) takes what f can be called with, and copies it.
#include <skein/asyncio.h>

#include <functional>

namespace asyncio = skein::asyncio;

void count(int& number) { ++number; }

asyncio::Coroutine<> f(int& number) {
#ifdef SKEIN_CONTROL
  co_await asyncio::to_thread(count, std::ref(number));
#else
  co_await asyncio::to_thread(count, number);
#endif
}
