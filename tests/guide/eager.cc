// eager.cc - eager.py, line by line.
#include <skein/asyncio.h>

#include <map>
#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

// [eager]
std::map<std::string, int> cache = {{"a", 1}};

asyncio::Coroutine<int> look_up(std::string key) {
  if (!cache.contains(key)) {
    co_await asyncio::sleep(0);
    cache[key] = static_cast<int>(cache.size()) + 1;
  }
  co_return cache[key];
}

asyncio::Coroutine<> async_main() {
  asyncio::get_running_loop().set_task_factory(asyncio::eager_task_factory);
  auto known = asyncio::create_task(look_up("a"));
  auto unknown = asyncio::create_task(look_up("b"));
  print("{} {}", known.done(), unknown.done());
  const int a = co_await known;
  const int b = co_await unknown;
  print("{} {}", a, b);
}
// [/eager]

int main() { asyncio::run(async_main()); }
