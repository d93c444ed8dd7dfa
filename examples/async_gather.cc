// gather() runs what it is given at once, and gives the results in that order, whichever is there
// first.
#include <skein/asyncio.h>

#include <string>
#include <tuple>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<int> call_api(std::string message, int result, double delay = 0.2) {
  print("{}", message);
  co_await asyncio::sleep(delay);
  co_return result;
}

asyncio::Coroutine<std::string> phase1() {
  print("in phase1");
  co_await asyncio::sleep(0.4);
  print("done with phase1");
  co_return "phase1 result";
}

asyncio::Coroutine<std::string> phase2() {
  print("in phase2");
  co_await asyncio::sleep(0.2);
  print("done with phase2");
  co_return "phase2 result";
}

asyncio::Coroutine<> async_main() {
  const auto [a, b] = co_await asyncio::gather(  //
      call_api("Calling API 1 ...", 1),          //
      call_api("Calling API 2 ...", 2));
  print("{} {}", a, b);

  print("waiting for phases to complete");
  const auto results = co_await asyncio::gather(  //
      phase1(),                                   //
      phase2());
  print("results: {}, {}", std::get<0>(results), std::get<1>(results));
}

int main() { asyncio::run(async_main()); }
