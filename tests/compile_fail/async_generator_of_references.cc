// A generator gives values.
#include <skein/asyncio.h>

#include <functional>

namespace asyncio = skein::asyncio;

int x = 0;

#ifdef SKEIN_CONTROL
asyncio::AsyncGenerator<std::reference_wrapper<int>> numbers() { co_yield x; }
#else
asyncio::AsyncGenerator<int&> numbers() { co_yield x; }
#endif
