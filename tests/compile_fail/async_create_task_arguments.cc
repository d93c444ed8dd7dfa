// create_task(f, args...) takes what f can be called with, and copies it: a reference travels as std::ref.
#include <skein/asyncio.h>

#include <functional>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> count(int& number) {
  ++number;
  co_return;
}

void f(int& number) {
#ifdef SKEIN_CONTROL
  asyncio::create_task(count, std::ref(number));
#else
  asyncio::create_task(count, number);
#endif
}
