// A task that waits is cancelled by a callback, which the loop calls in its turn: after the task
// has begun, as that was queued first. The loop here is made, run and closed by hand.
#include <skein/asyncio.h>

#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> task_func() {
  print("in task_func, sleeping");
  try {
    co_await asyncio::sleep(1);
  } catch (const asyncio::CancelledError&) {
    print("task_func was canceled");
    throw;
  }
  co_return "the result";
}

void task_canceller(asyncio::Task<std::string> t) {
  print("in task_canceller");
  t.cancel();
  print("canceled the task");
}

asyncio::Coroutine<> async_main(asyncio::EventLoop loop) {
  print("creating task");
  auto task = loop.create_task(task_func());
  loop.call_soon(task_canceller, task);
  try {
    co_await task;
  } catch (const asyncio::CancelledError&) {
    print("main() also sees task as canceled");
  }
}

// Python: the `finally` of main().
class Closing {
 public:
  explicit Closing(asyncio::EventLoop& loop) : loop_(loop) {}
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  ~Closing() { loop_.close(); }

 private:
  asyncio::EventLoop& loop_;
};

int main() {
  auto event_loop = asyncio::new_event_loop();
  {
    const Closing closing(event_loop);
    event_loop.run_until_complete(async_main(event_loop));
  }
  print("the loop is closed: {}", event_loop.is_closed());
}
