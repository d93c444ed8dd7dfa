// async_lock_with.cc - async_lock_with.py, line by line.
#include <skein/asyncio.h>

#include <string>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::outcome;
using conformance::print;
using conformance::rounds;

namespace {

template <class T>
asyncio::Coroutine<std::string> held(T& thing, std::string how) {
  co_await asyncio::with(thing, [&]() -> asyncio::Coroutine<> {
    print{"  inside", bare(thing), skein::None};
    co_await rounds(1);
    if (how == "fails") throw skein::ValueError("inside");
    if (how == "releases") thing.release();
  });
  co_return "out";
}

template <class T>
asyncio::Coroutine<> of(T& thing) {
  for (const std::string how : {"ends", "fails", "is cancelled", "never gets in", "releases"}) {
    auto task = asyncio::create_task(held(thing, how));
    if (how == "never gets in") {
      while (!thing.locked()) co_await thing.acquire();
    }
    co_await rounds(1);
    if (how == "is cancelled" || how == "never gets in") task.cancel();
    print{how, co_await awaited(task), bare(thing)};
    if (how == "never gets in") thing.release();
  }
  print{outcome([&] { thing.release(); })};
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::Lock lock;
  co_await of(lock);
  asyncio::Semaphore semaphore(2);
  co_await of(semaphore);
  asyncio::BoundedSemaphore bounded(1);
  co_await of(bounded);
  asyncio::Condition condition;
  co_await of(condition);
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
