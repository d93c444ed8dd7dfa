// async_loop_states.cc - async_loop_states.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;

namespace {

std::vector<std::string> ran;

asyncio::Coroutine<std::string> nothing() {
  ran.emplace_back("ran");
  co_return "nothing";
}

// The outcome of a call with a coroutine.
template <class Call>
std::string refused(Call call) {
  auto coroutine = nothing();
  return outcome([&] { return call(coroutine); });
}

void no_callback() {}

}  // namespace

int main() {
  asyncio::EventLoop loop = asyncio::new_event_loop();
  asyncio::EventLoop other = asyncio::new_event_loop();

  const auto main_coroutine = [&]() -> asyncio::Coroutine<std::string> {
    // Not run_forever: some versions of 3.13 forget then that a loop runs.
    print{"again:", refused([&](auto& coroutine) { return loop.run_until_complete(std::move(coroutine)); })};
    print{"another:", refused([&](auto& coroutine) { return other.run_until_complete(std::move(coroutine)); })};
    print{"run:", refused([&](auto& coroutine) { return asyncio::run(std::move(coroutine)); })};
    print{"close:", outcome([&] { loop.close(); })};
    print{"running:", loop.is_running(), other.is_running(), asyncio::get_running_loop() == loop};
    // What was refused does not run later, either.
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    print{"ran:", ran};
    co_return "main";
  };

  print{"outside:", outcome([] { static_cast<void>(asyncio::get_running_loop()); }),
        outcome([] { static_cast<void>(asyncio::current_task()); })};
  print{outcome([&] { return loop.run_until_complete(main_coroutine); })};
  print{"outside:", outcome([] { static_cast<void>(asyncio::get_running_loop()); }), loop.is_running(),
        loop.is_closed()};
  print{"create_task:", outcome([] { static_cast<void>(asyncio::create_task(nothing)); })};
  print{"future:", outcome([&] { return loop.create_future<int>().result(); })};
  auto pending = loop.create_future<int>();
  loop.close();
  loop.close();
  print{"closed:", loop.is_closed(), loop.is_running()};
  print{"run_forever:", outcome([&] { loop.run_forever(); })};
  print{"run_until_complete:", outcome([&] { return loop.run_until_complete(nothing); })};
  print{"call_soon:", outcome([&] { loop.call_soon(no_callback); })};
  print{"call_later:", outcome([&] { loop.call_later(1, no_callback); })};
  print{"call_at:", outcome([&] { loop.call_at(1, no_callback); })};
  print{"call_soon_threadsafe:", outcome([&] { loop.call_soon_threadsafe(no_callback); })};
  print{"add_reader:", outcome([&] { loop.add_reader(0, no_callback); })};
  print{"set_result:", outcome([&] { pending.set_result(1); }), pending.result()};
  auto late = loop.create_future<int>();
  late.add_done_callback([](const asyncio::AnyFuture& /*f*/) {});
  print{"with a callback:", outcome([&] { late.set_result(1); })};
  other.close();
}
