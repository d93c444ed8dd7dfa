// wait() takes tasks and futures, as Python's has since 3.11; a coroutine is refused with what to do instead.
#include <skein/asyncio.h>

#include <utility>
#include <vector>

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> number() { co_return 1; }

asyncio::Coroutine<> f() {
#ifdef SKEIN_CONTROL
  std::vector<asyncio::Task<int>> tasks;
  tasks.push_back(asyncio::create_task(number()));
  auto [done, pending] = co_await asyncio::wait(tasks);
  static_cast<void>(done);
  static_cast<void>(pending);
#else
  std::vector<asyncio::Coroutine<int>> coroutines;
  coroutines.push_back(number());
  auto [done, pending] = co_await asyncio::wait(std::move(coroutines));
#endif
}
