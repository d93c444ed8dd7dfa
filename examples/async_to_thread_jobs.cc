// Three jobs that block, each in a thread of its own, and each awaited by a task. What the whole
// took is told at the very end, when the program exits.
//
// demo: seconds within 0.5
#include <skein/asyncio.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <cstdlib>
#include <mutex>
#include <set>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
namespace threading = skein::threading;

const double start = skein::time::perf_counter();

// The threads that worked, guarded by the lock.
threading::Lock lock;
std::set<decltype(threading::get_ident())> threads;

void tell() { print("It took {:.1f} seconds", skein::time::perf_counter() - start); }

void hard_work() {
  {
    const std::scoped_lock guard(lock);
    threads.insert(threading::get_ident());
  }
  skein::time::sleep(0.3);
}

asyncio::Coroutine<> do_async_job() {
  co_await asyncio::to_thread(hard_work);
  co_await asyncio::sleep(0.1);
  print("job done!");
}

asyncio::Coroutine<> async_main() {
  std::vector<asyncio::Task<void>> tasks;
  for (int i = 0; i < 3; ++i) {
    tasks.push_back(asyncio::create_task(do_async_job()));
  }

  co_await asyncio::wait(tasks);
  print("{} threads worked", threads.size());
  print("The loop's own was one of them: {}", threads.contains(threading::get_ident()));
}

int main() {
  std::atexit(tell);
  asyncio::run(async_main());
}
