// to_thread() makes something to await of a function that blocks: it runs in a thread, and the loop
// goes on with the other coroutine.
#include <skein/asyncio.h>
#include <skein/time.h>

#include "print.h"

namespace asyncio = skein::asyncio;

void blocking_io() {
  print("start blocking_io");
  // skein::time::sleep() stands for anything that blocks, such as reading a file.
  skein::time::sleep(0.1);
  print("blocking_io complete");
}

asyncio::Coroutine<> display_time(double timeout) {
  co_await asyncio::sleep(timeout);
  print("OK");
}

asyncio::Coroutine<> async_main() {
  print("started main");

  co_await asyncio::gather(             //
      asyncio::to_thread(blocking_io),  //
      display_time(0.3));

  print("finished main");
}

int main() { asyncio::run(async_main()); }
