// async_wrap_future.cc - async_wrap_future.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::awaited;
using conformance::outcome;
using conformance::print;

namespace {

using Source = futures::Future<std::string>;

futures::Future<int> source_of(int value) {
  futures::Future<int> source;
  source.set_result(value);
  return source;
}

asyncio::Coroutine<asyncio::Future<std::string>> main_program(Source late) {
  auto loop = asyncio::get_running_loop();
  Source source;
  auto wrapped = asyncio::wrap_future(source);
  print{wrapped.done(), asyncio::isfuture(wrapped), asyncio::isfuture(source)};
  source.set_result("set here");
  print{"told later:", wrapped.done(), co_await wrapped};

  source = Source();
  wrapped = asyncio::wrap_future(source);
  threading::Thread([source]() mutable { source.set_result("set there"); }).start();
  print{co_await wrapped};

  source = Source();
  wrapped = asyncio::wrap_future(source);
  threading::Thread([source]() mutable { source.set_exception(skein::ValueError("x")); }).start();
  print{co_await awaited(wrapped), outcome([&] { return source.result(); })};

  // Done before.
  print{co_await asyncio::wrap_future(source_of(1))};

  // Cancelled over there.
  source = Source();
  wrapped = asyncio::wrap_future(source);
  source.cancel();
  print{co_await awaited(wrapped), wrapped.cancelled()};

  // Cancelled here; the word is passed on a round later.
  source = Source();
  wrapped = asyncio::wrap_future(source);
  print{wrapped.cancel(), source.cancelled()};
  co_await asyncio::sleep(0);
  print{source.cancelled()};

  // A running one cannot be cancelled, and its result is lost.
  source = Source();
  source.set_running_or_notify_cancel();
  wrapped = asyncio::wrap_future(source);
  print{wrapped.cancel(), co_await awaited(wrapped), source.cancelled(), source.running()};
  source.set_result("unheard");
  co_await asyncio::sleep(0);
  print{co_await awaited(wrapped), source.result()};

  // Two of one.
  source = Source();
  const std::vector both{asyncio::wrap_future(source), asyncio::wrap_future(source, loop)};
  source.set_result("both");
  print{co_await asyncio::gather(both)};

  // What is the loop's already is not wrapped.
  auto future = loop.create_future();
  print{asyncio::wrap_future(future) == future};
  co_return asyncio::wrap_future(late);
}

}  // namespace

int main() {
  Source late;
  auto wrapped = asyncio::run(main_program(late));
  // The loop is closed: nobody hears of it, nobody fails.
  late.set_result("too late");
  print{wrapped.done(), late.result()};
}
