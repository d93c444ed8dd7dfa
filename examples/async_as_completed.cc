// as_completed() gives the results one by one, whichever is there first.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> phase(int i) {
  print("in phase {}", i);
  co_await asyncio::sleep(0.5 - (0.1 * i));
  print("done with phase {}", i);
  co_return "phase " + std::to_string(i) + " result";
}

asyncio::Coroutine<std::vector<std::string>> async_main(int num_phases) {
  print("starting main");
  std::vector<asyncio::Task<std::string>> phases;
  for (int i = 0; i < num_phases; ++i) {
    phases.push_back(asyncio::create_task(phase(i)));
  }
  print("waiting for phases to complete");
  std::vector<std::string> results;
  for (auto& next_to_complete : asyncio::as_completed(phases)) {
    print("waiting for the next one");
    const std::string answer = co_await std::move(next_to_complete);
    print("received answer {}", answer);
    results.push_back(answer);
  }
  co_return results;
}

int main() {
  for (const auto& result : asyncio::run(async_main(3))) {
    print("{}", result);
  }
}
