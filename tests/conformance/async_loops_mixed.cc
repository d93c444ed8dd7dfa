// async_loops_mixed.cc - async_loops_mixed.py, line by line.
#include <string>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;
using conformance::said;

namespace {

using Future = asyncio::Future<std::string>;

asyncio::Coroutine<std::string> waits(Future future) { co_return co_await future; }

template <class A>
asyncio::Coroutine<std::string> check(A what) {
  std::string text;
  try {
    text = co_await std::move(what);
  } catch (...) {
    text = said(std::current_exception());
    text = text.substr(0, text.find(':'));
  }
  co_return text;
}

asyncio::Coroutine<std::string> gathers(Future foreign) {
  auto own = asyncio::get_running_loop().create_future<std::string>();
  own.set_result("1");
  co_return outcome([&] { asyncio::gather(own, foreign); });
}

}  // namespace

int main() {
  auto here = asyncio::new_event_loop();
  auto there = asyncio::new_event_loop();

  auto future = there.create_future<std::string>();
  there.call_soon([&] { future.set_result("there"); });
  print{there.run_until_complete(future)};

  auto foreign = there.create_future<std::string>();
  here.call_later(0.5, [&] { here.stop(); });  // For the case that it waits.
  print{outcome([&] { return here.run_until_complete(check(foreign)); })};
  print{"done:", foreign.done()};

  print{here.run_until_complete(gathers(foreign))};
  print{outcome([&] { return here.run_until_complete(check(waits(foreign))); })};
  print{outcome([&] { return here.run_until_complete(foreign); })};

  // What is done already may come from anywhere.
  print{here.run_until_complete(waits(future))};
  print{foreign.get_loop() == there, foreign.get_loop() == here, foreign.cancel()};
  here.close();
  there.close();
}
