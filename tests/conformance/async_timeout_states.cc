// async_timeout_states.cc - async_timeout_states.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

std::string state(asyncio::Timeout& limit) {
  try {
    limit.reschedule(skein::None);
    return "active";
  } catch (const skein::RuntimeError& e) {
    return e.what();
  }
}

asyncio::Coroutine<> forever() { co_await asyncio::get_running_loop().create_future(); }

asyncio::Coroutine<> again(asyncio::Timeout& limit) {
  co_await asyncio::with(limit, []() -> asyncio::Coroutine<> {
    print{"not here"};
    co_return;
  });
}

asyncio::Coroutine<> runs_out(asyncio::Timeout& limit) {
  co_await asyncio::with(limit, [&]() -> asyncio::Coroutine<> {
    struct Finally {
      asyncio::Timeout& limit;
      ~Finally() { print{limit.expired(), state(limit)}; }
    } const finally{limit};
    co_await forever();
  });
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  const double now = loop.time();

  // Left in time.
  asyncio::Timeout in_time = asyncio::timeout_at(now + 1000);
  print{in_time.when() == now + 1000, in_time.expired(), state(in_time)};
  co_await asyncio::with(in_time, [&](asyncio::Timeout& entered) -> asyncio::Coroutine<> {
    print{&entered == &in_time, in_time.expired()};
    print{state(in_time), in_time.when().has_value() ? "a time" : "None"};
    in_time.reschedule(now + 2000.5);
    print{in_time.when() == now + 2000.5, in_time.expired()};
    co_return;
  });
  print{in_time.when() == now + 2000.5, in_time.expired(), state(in_time)};

  // Entered again.
  print{co_await awaited(again(in_time))};

  // Run out.
  asyncio::Timeout limit = asyncio::timeout_at(now - 1);
  print{co_await awaited(runs_out(limit)), limit.expired(), limit.when() == now - 1, state(limit)};
  print{co_await awaited(again(limit))};
  print{asyncio::current_task()->cancelling()};

  // No limit.
  for (const bool at : {false, true}) {
    asyncio::Timeout none = at ? asyncio::timeout_at(skein::None) : asyncio::timeout(skein::None);
    co_await asyncio::with(none, []() -> asyncio::Coroutine<> { co_await asyncio::sleep(0); });
    print{none.when().has_value() ? "a time" : "None", none.expired()};
  }

  // Not entered: nothing happens, also when its time comes.
  asyncio::Timeout unused = asyncio::timeout_at(now - 1);
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{unused.expired(), state(unused)};

  // Only in a task.
  std::vector<std::string> seen;
  loop.call_soon([&] {
    asyncio::Timeout outside = asyncio::timeout(1);
    try {
      outside.enter();
    } catch (const skein::RuntimeError& e) {
      seen.emplace_back(e.what());
    }
  });
  co_await asyncio::sleep(0);
  print{seen};
}

}  // namespace

int main() {
  asyncio::run(main_coroutine());
  try {
    static_cast<void>(asyncio::timeout(skein::None));
  } catch (const skein::RuntimeError& e) {
    print{e.what()};
  }
  try {
    static_cast<void>(asyncio::timeout(1));
  } catch (const skein::RuntimeError& e) {
    print{e.what()};
  }
}
