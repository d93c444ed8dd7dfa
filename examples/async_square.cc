// A coroutine function that is called gives a coroutine, in which nothing has run yet. run() runs
// it; so does await, which is for coroutines only, and gives what it returns.
#include <skein/asyncio.h>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> square(int number) {
  print("Squaring {}", number);
  co_return number* number;
}

asyncio::Coroutine<> async_main() {
  const int x = co_await square(10);
  print("x={}", x);
  const int y = co_await square(5);
  print("y={}", y);
  print("total={}", x + y);
}

int main() {
  auto result = square(10);
  print("It is a coroutine: {}", asyncio::iscoroutine(result));
  // It will not be awaited. Said like this, nobody is warned of that.
  result.close();

  print("{}", asyncio::run(square(10)));

  asyncio::run(async_main());
}
