// A task knows its coroutine, here by its name. This one is made outside of the loop; it catches
// its cancellation and does not throw it again, so that its task ends as any other.
#include <skein/asyncio.h>

#include <utility>

#include "print.h"

namespace asyncio = skein::asyncio;

bool keep_running = true;

// Python: `finally`. Runs whether there was an exception or not.
class Finally {
 public:
  Finally() = default;
  Finally(const Finally&) = delete;
  Finally& operator=(const Finally&) = delete;
  ~Finally() {
    print("Coroutine stopped!");
    keep_running = false;
  }
};

asyncio::Coroutine<> display_time() {
  const Finally finally;
  try {
    while (keep_running) {
      print("Coroutine keep running!");
      co_await asyncio::sleep(0.2);
    }
  } catch (const asyncio::CancelledError&) {
    print("Coroutine stop!");
    keep_running = false;
  }
}

asyncio::Coroutine<> async_main(asyncio::Coroutine<> cor) {
  auto task_cor = asyncio::create_task(std::move(cor));
  print("The current coroutine is {}", task_cor.get_coro());
  co_await asyncio::sleep(0.5);
  task_cor.cancel();
  co_await task_cor;
  print("Cancelled: {}", task_cor.cancelled());
}

int main() {
  auto cor = display_time();
  asyncio::run(async_main(std::move(cor)));
}
