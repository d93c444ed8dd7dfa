// async_other_loop.cc - async_other_loop.py, line by line.
#include <skein/asyncio.h>

#include <string>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;

namespace {

asyncio::Coroutine<std::string> waits(asyncio::Future<std::string> future) { co_return co_await future; }

asyncio::Coroutine<> main_coroutine(asyncio::EventLoop other) {
  auto future = other.create_future<std::string>();
  const std::string text = co_await awaited(asyncio::create_task(waits(future)));
  print{text.substr(0, text.find(' ')), text.find("attached to a different loop") != std::string::npos};

  // One that is finished is no matter.
  future.set_result("finished");
  print{co_await awaited(asyncio::create_task(waits(future)))};
  print{future.get_loop() == other, future.get_loop() == asyncio::get_running_loop()};
}

}  // namespace

int main() {
  asyncio::EventLoop other = asyncio::new_event_loop();
  asyncio::run(main_coroutine(other));
  other.close();
}
