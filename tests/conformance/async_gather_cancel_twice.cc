// async_gather_cancel_twice.cc - async_gather_cancel_twice.py, line by line.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

asyncio::Coroutine<int> hang() {
  co_await asyncio::get_running_loop().create_future();
  co_return 0;
}

asyncio::Coroutine<> main_program() {
  auto twice = asyncio::create_task(hang());
  auto outer = asyncio::gather(twice, twice);
  co_await asyncio::sleep(0);
  print{outer.cancel(), twice.cancelling(), co_await awaited(outer)};

  auto shared = asyncio::create_task(hang());
  std::vector outers{asyncio::gather(std::vector{shared}), asyncio::gather(std::vector{shared})};
  co_await asyncio::sleep(0);
  std::vector<bool> cancelled;
  for (auto& each : outers) cancelled.push_back(each.cancel());
  const auto cancelling = shared.cancelling();
  std::vector<std::string> ended;
  for (const auto& each : outers) ended.push_back(co_await awaited(each));
  print{cancelled, cancelling, ended};
}

}  // namespace

int main() { asyncio::run(main_program); }
