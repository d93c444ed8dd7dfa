// A limit of time for each item: wait_for() cancels what takes longer, and throws TimeoutError.
//
// demo: seconds within 0.5
#include <skein/asyncio.h>
#include <skein/time.h>

#include <map>
#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

const std::map<std::string, int> kMilliseconds = {{"Item A", 100}, {"Item B", 700}, {"Item C", 200}, {"Item D", 800}};

asyncio::Coroutine<std::string> process_item(std::string item) {
  const int process_time = kMilliseconds.at(item);
  try {
    co_await asyncio::wait_for(asyncio::sleep(process_time / 1000.0), 0.4);
    co_return "Processed " + item + " in " + std::to_string(process_time) + " ms";
  } catch (const asyncio::TimeoutError&) {
    co_return "Gave up " + item;
  }
}

asyncio::Coroutine<> async_main() {
  const std::vector<std::string> items = {"Item A", "Item B", "Item C", "Item D"};
  std::vector<asyncio::Task<std::string>> tasks;
  for (const auto& item : items) {
    tasks.push_back(asyncio::create_task(process_item(item)));
  }

  const double start = skein::time::perf_counter();
  const auto results = co_await asyncio::gather(asyncio::return_exceptions, tasks);
  const double end = skein::time::perf_counter();

  for (const auto& result : results) {
    print("{}", result.result());
  }
  print("All of them took {:.1f} seconds", end - start);
}

int main() { asyncio::run(async_main()); }
