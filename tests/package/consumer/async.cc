#include <skein/asyncio.h>
#include <skein/core/version.h>

#include <iostream>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> twice(int x) {
  co_await asyncio::sleep(0.001);
  co_return 2 * x;
}

asyncio::Coroutine<bool> all() {
  auto [a, b] = co_await asyncio::gather(twice(1), asyncio::to_thread([] { return 3; }));
  try {
    co_await asyncio::wait_for(asyncio::sleep(60), 0.01);
    co_return false;
  } catch (const asyncio::TimeoutError&) {
  }
  co_return a == 2 && b == 3;
}

int main() {
  const bool good = asyncio::run(all());
  std::cout << "skein " << skein::version() << (good ? " works\n" : " fails\n");
  return good ? 0 : 1;
}
