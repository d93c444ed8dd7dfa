// A queue between tasks holds objects.
#include <skein/asyncio.h>

#include <functional>

namespace asyncio = skein::asyncio;

#ifdef SKEIN_CONTROL
asyncio::Queue<std::reference_wrapper<int>> q;
#else
asyncio::Queue<int&> q;
#endif
