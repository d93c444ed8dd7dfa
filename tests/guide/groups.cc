// groups.cc - groups.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>

#include "print.h"

namespace asyncio = skein::asyncio;

asyncio::Coroutine<std::string> fetch(std::string name) {
  co_await asyncio::sleep(0);
  co_return "<" + name + ">";
}

asyncio::Coroutine<> fails(std::exception_ptr error) {
  std::rethrow_exception(error);
  co_return;
}

// [group]
asyncio::Coroutine<std::string> both() {
  const auto [first, second] = co_await asyncio::with(
      asyncio::TaskGroup(),
      [](asyncio::TaskGroup& group)
          -> asyncio::Coroutine<std::pair<asyncio::Task<std::string>, asyncio::Task<std::string>>> {
        auto a = group.create_task(fetch("a"));
        auto b = group.create_task(fetch("b"));
        co_return {a, b};
      });
  // Both are through here.
  co_return first.result() + second.result();
}
// [/group]

// [sibling]
asyncio::Coroutine<> waits() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    print("cancelled, since the other one failed");
    throw;
  }
}

asyncio::Coroutine<> one_fails() {
  co_await asyncio::with(asyncio::TaskGroup(), [](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
    group.create_task(waits());
    group.create_task(fails(std::make_exception_ptr(skein::ValueError("bad"))));
    co_return;
  });
}
// [/sibling]

// [except]
asyncio::Coroutine<> several_fail() {
  try {
    co_await asyncio::with(asyncio::TaskGroup(), [](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
      group.create_task(fails(std::make_exception_ptr(skein::ValueError("one"))));
      group.create_task(fails(std::make_exception_ptr(skein::RuntimeError("two"))));
      co_return;
    });
  } catch (const skein::ExceptionGroup& group) {
    const auto [values, rest] = group.split<skein::ValueError>();
    if (values) print("values: {}", values->what());
    if (rest) {
      const auto [others, unknown] = rest->split<skein::RuntimeError>();
      if (others) print("others: {}", others->what());
      if (unknown) throw *unknown;
    }
  }
}
// [/except]

asyncio::Coroutine<> async_main() {
  const std::string texts = co_await both();
  print("{}", texts);
  try {
    co_await one_fails();
  } catch (const skein::ExceptionGroup& errors) {
    print("{}", errors.what());
  }
  co_await several_fail();
}

int main() { asyncio::run(async_main()); }
