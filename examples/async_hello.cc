// The smallest program of asyncio: run() makes an event loop, runs one coroutine in it to the end,
// and closes the loop. While the coroutine sleeps, the loop would run others.
#include <skein/asyncio.h>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> async_main() {
  print("hello");
  co_await asyncio::sleep(0.1);
  print("python");
}

int main() { asyncio::run(async_main()); }
