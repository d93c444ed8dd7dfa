// Two ways to say how long something may take: wait_for() for one thing that is awaited, timeout()
// for a whole block. Both cancel what runs when the time is up, and throw TimeoutError.
#include <skein/asyncio.h>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<> eternity() {
  // Sleep for one hour.
  co_await asyncio::sleep(3600);
  print("yay!");
}

asyncio::Coroutine<> display_time(double timeout) {
  co_await asyncio::sleep(timeout);
  print("OK");
}

asyncio::Coroutine<> async_main() {
  // Wait for at most 0.2 seconds.
  try {
    co_await asyncio::wait_for(eternity(), 0.2);
  } catch (const asyncio::TimeoutError&) {
    print("timeout!");
  }

  try {
    co_await asyncio::with(asyncio::timeout(0.2), []() -> asyncio::Coroutine<> { co_await display_time(0.4); });
  } catch (const asyncio::TimeoutError&) {
    print("The long operation timed out, but we've handled it.");
  }

  co_await asyncio::with(asyncio::timeout(5), []() -> asyncio::Coroutine<> { co_await display_time(0.1); });
  co_await asyncio::wait_for(display_time(0.1), 5);

  print("This statement will run regardless.");
}

int main() { asyncio::run(async_main()); }
