// A future takes a result of its own type.
#include <skein/asyncio.h>

#include <string>

namespace asyncio = skein::asyncio;

void f(asyncio::Future<std::string>& future) {
#ifdef SKEIN_CONTROL
  future.set_result("text");
#else
  future.set_result(1.5);
#endif
}
