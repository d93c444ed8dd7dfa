// call_soon(f, args...) takes what f can be called with, and copies it.
#include <skein/asyncio.h>

#include <functional>

namespace asyncio = skein::asyncio;

void count(int& number) { ++number; }

void f(asyncio::EventLoop& loop, int& number) {
#ifdef SKEIN_CONTROL
  loop.call_soon(count, std::ref(number));
#else
  loop.call_soon(count, number);
#endif
}
