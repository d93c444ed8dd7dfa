// One program that runs on threads, on processes or on coroutines, by a change of one line. Here main() has that line
// three times. Eight orders are looked up, as many at once as the executor takes; one of them does not exist.
//
// CoroutineExecutor is what the library has not: an executor whose work are coroutines, in the loop of a thread.
// demo: seconds within 1.5
#include <skein/asyncio.h>
#include <skein/futures.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/process_pool.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <map>
#include <ranges>
#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;

// The work of threads and processes: a function that blocks.
std::string look_up(int number) {
  skein::time::sleep(0.2);
  if (number == 5) {
    throw skein::ValueError("no order " + std::to_string(number));
  }
  return "order " + std::to_string(number) + ": " + std::to_string(number * number) + " pieces";
}

// The work of coroutines: the same, but that it awaits.
asyncio::Coroutine<std::string> async_look_up(int number) {
  co_await asyncio::sleep(0.2);
  if (number == 5) {
    throw skein::ValueError("no order " + std::to_string(number));
  }
  co_return "order " + std::to_string(number) + ": " + std::to_string(number * number) + " pieces";
}

class CoroutineExecutor {
 public:
  CoroutineExecutor() { thread_.start(); }
  CoroutineExecutor(const CoroutineExecutor&) = delete;
  CoroutineExecutor& operator=(const CoroutineExecutor&) = delete;
  // After all results are there.
  ~CoroutineExecutor() {
    loop_.call_soon_threadsafe([loop = loop_]() mutable { loop.stop(); });
    thread_.join();
    loop_.close();
  }

  template <class F, class... Args>
  auto submit(F function, Args... args) {
    return asyncio::run_coroutine_threadsafe(function(args...), loop_);
  }

 private:
  asyncio::EventLoop loop_ = asyncio::new_event_loop();
  threading::Thread thread_{[loop = loop_]() mutable { loop.run_forever(); }};
};

// The program. It does not know what its executor is.
template <class Executor, class Work>
void report(const std::string& name, Work work) {
  const double start = skein::time::perf_counter();
  print("By {}:", name);

  {
    Executor executor;
    std::map<int, futures::Future<std::string>> orders;
    for (int number = 1; number < 9; ++number) orders.emplace(number, executor.submit(work, number));
    const auto [done, not_done] = futures::wait(orders | std::views::values, {.return_when = futures::ALL_COMPLETED});
    print("  {} are done, {} are not", done.size(), not_done.size());

    for (const auto& [number, order] : orders) {
      try {
        print("  {}", order.result());
      } catch (const skein::ValueError& error) {
        print("  order {} failed: {}", number, error.what());
      }
    }
  }

  const double elapsed = skein::time::perf_counter() - start;
  print("  It took {:.1f} second(s)", elapsed);
}

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  report<futures::ThreadPoolExecutor>("threads", look_up);
  report<futures::ProcessPoolExecutor>("processes", look_up);
  report<CoroutineExecutor>("coroutines", async_look_up);
}
