// A function that blocks, here one that asks a web server, is called in a thread by
// run_in_executor(). In the loop's own thread it would stop all tasks; so the other one goes on.
// None stands for the pool of threads that the loop has.
//
// demo: seconds within 0.5
#include <skein/asyncio.h>
#include <skein/time.h>

#include <string>

#include "print.h"
#include "urllib.h"

namespace asyncio = skein::asyncio;

urllib::request::Response get(const std::string& url) { return urllib::request::urlopen(url); }

asyncio::Coroutine<int> blocking_operation(std::string url) {
  auto loop = asyncio::get_running_loop();
  const auto result = co_await loop.run_in_executor(skein::None, get, url);
  co_return result.status;
}

asyncio::Coroutine<std::string> non_blocking_operation() {
  co_await asyncio::sleep(0.5);
  co_return "The sleep is over";
}

asyncio::Coroutine<> async_main() {
  const std::string server = os::environ("SKEIN_DEMO_URL");

  // The server takes half a second for it.
  auto task1 = asyncio::create_task(blocking_operation(server + "/text/1"));
  auto task2 = asyncio::create_task(non_blocking_operation());

  const double start = skein::time::perf_counter();
  const auto [status, text] = co_await asyncio::gather(task1, task2);
  const double end = skein::time::perf_counter();

  print("Results: {}, {}", status, text);
  print("Both took {:.1f} seconds", end - start);
}

int main() { asyncio::run(async_main()); }
