// A task for each item, and gather() to wait for all of them. The results have the order of the
// tasks, whichever ends first, and the whole takes as long as the longest.
//
// demo: seconds within 0.5
#include <skein/asyncio.h>
#include <skein/time.h>

#include <map>
#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

// Python's random.uniform() would do for a program that is not compared with another.
const std::map<std::string, int> kMilliseconds = {{"Item A", 300}, {"Item B", 100}, {"Item C", 500}, {"Item D", 200}};

asyncio::Coroutine<std::string> process_item(std::string item) {
  print("Processing {}", item);
  const int process_time = kMilliseconds.at(item);
  // asyncio::sleep() instead of skein::time::sleep(), which would stop the whole loop.
  co_await asyncio::sleep(process_time / 1000.0);
  co_return "Processed " + item + " in " + std::to_string(process_time) + " ms";
}

asyncio::Coroutine<std::vector<std::string>> process_all_items() {
  const std::vector<std::string> items = {"Item A", "Item B", "Item C", "Item D"};
  std::vector<asyncio::Task<std::string>> tasks;
  for (const auto& item : items) {
    tasks.push_back(asyncio::create_task(process_item(item)));
  }
  print("The tasks are made");
  auto results = co_await asyncio::gather(tasks);
  co_return results;
}

asyncio::Coroutine<> async_main() {
  const double start = skein::time::perf_counter();
  const auto results = co_await process_all_items();
  const double end = skein::time::perf_counter();

  for (const auto& result : results) {
    print("{}", result);
  }
  print("All of them took {:.1f} seconds", end - start);
}

int main() { asyncio::run(async_main()); }
