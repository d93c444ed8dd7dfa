// A TaskGroup waits for all of its tasks at the end of its block. When one of them fails, it cancels the others, and
// what failed is thrown in an ExceptionGroup, which is split into what one knows and the rest.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> bake(std::string what, double seconds) {
  try {
    co_await asyncio::sleep(seconds);
  } catch (const asyncio::CancelledError&) {
    print("{}: taken out of the oven", what);
    throw;
  }
  if (what == "pudding") throw skein::ValueError("the " + what + " fell in");
  print("{}: done", what);
  co_return "one " + what;
}

// Python: str(error).
std::string text(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  }
}

asyncio::Coroutine<> async_main() {
  using Tasks = std::pair<asyncio::Task<std::string>, asyncio::Task<std::string>>;
  const auto [bread, cake] =
      co_await asyncio::with(asyncio::TaskGroup(), [](asyncio::TaskGroup& group) -> asyncio::Coroutine<Tasks> {
        auto first = group.create_task(bake("bread", 0.2));
        auto second = group.create_task(bake("cake", 0.1));
        co_return Tasks(first, second);
      });
  print("All are done: {}, {}", bread.result(), cake.result());

  try {
    co_await asyncio::with(asyncio::TaskGroup(), [](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
      group.create_task(bake("bread", 0.3));
      group.create_task(bake("pudding", 0.2));
      group.create_task(bake("cake", 0.1));
      co_return;
    });
  } catch (const skein::ExceptionGroup& group) {
    const auto [failed, rest] = group.split<skein::ValueError>();
    if (failed) {
      for (const auto& error : failed->exceptions()) print("Failed: {}", text(error));
    }
    if (rest) throw *rest;
  }
}

int main() { asyncio::run(async_main()); }
