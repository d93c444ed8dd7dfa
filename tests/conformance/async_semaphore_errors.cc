// async_semaphore_errors.cc - async_semaphore_errors.py, line by line.
#include <skein/asyncio.h>

#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::bare;
using conformance::outcome;
using conformance::print;
using conformance::rounds;

namespace {

asyncio::Coroutine<> takes(asyncio::Semaphore& semaphore) {
  const auto held = co_await semaphore.scoped();
  co_await rounds(1);
}

template <class S>
asyncio::Coroutine<> of() {
  print{outcome([] { return bare(S(-1)); }), outcome([] { return bare(S(0)); }), outcome([] { return bare(S()); })};
  S semaphore;
  const auto release = [&] { semaphore.release(); };
  print{outcome(release), bare(semaphore)};
  co_await semaphore.acquire();
  print{outcome(release), outcome(release), bare(semaphore)};
}

asyncio::Coroutine<> main_coroutine() {
  co_await of<asyncio::Semaphore>();
  co_await of<asyncio::BoundedSemaphore>();
  asyncio::BoundedSemaphore semaphore(2);
  const auto release = [&] { semaphore.release(); };
  co_await semaphore.acquire();
  co_await semaphore.acquire();
  std::vector<asyncio::Task<void>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(asyncio::create_task(takes(semaphore)));
  co_await rounds(1);
  // Promised permits are none that are there.
  print{outcome(release), outcome(release), bare(semaphore)};
  for (const auto& task : tasks) co_await task;
  print{bare(semaphore), outcome(release)};
  asyncio::BoundedSemaphore none(0);
  auto task = asyncio::create_task(takes(none));
  co_await rounds(1);
  print{outcome([&] { none.release(); }), bare(none)};
  task.cancel();
  co_await rounds(1);
  print{task.cancelled(), bare(none)};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
