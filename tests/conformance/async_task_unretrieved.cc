// async_task_unretrieved.cc - async_task_unretrieved.py, line by line.
#include <skein/asyncio.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::said;

namespace {

std::vector<std::string> log;

void handler(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  log.push_back(context.message.substr(0, context.message.find('\n')) + " " + said(context.exception));
}

asyncio::Coroutine<> fails() {
  throw skein::ValueError("failed");
  co_return;
}

asyncio::Coroutine<> check(std::string what, std::function<void(asyncio::Future<void>)> ask) {
  log.clear();
  {
    std::optional task = asyncio::create_task(fails());
    co_await asyncio::sleep(0);
    ask(*task);
    co_await asyncio::sleep(0);
    task.reset();
  }
  co_await asyncio::sleep(0);
  print{"task", what, log};

  log.clear();
  {
    std::optional future = asyncio::get_running_loop().create_future();
    future->set_exception(skein::ValueError("failed"));
    ask(*future);
    co_await asyncio::sleep(0);
    future.reset();
  }
  co_await asyncio::sleep(0);
  print{"future", what, log};
}

void result(const asyncio::Future<void>& f) {
  try {
    f.result();
  } catch (const skein::ValueError&) {
  }
}

asyncio::Coroutine<> waits(asyncio::Future<void> f) {
  try {
    co_await f;
  } catch (const skein::ValueError&) {
  }
}

asyncio::Coroutine<> passes_on(asyncio::Future<void> task) { co_await task; }

asyncio::Coroutine<> main_coroutine() {
  using F = asyncio::Future<void>;
  using Any = asyncio::AnyFuture;
  asyncio::EventLoop loop = asyncio::get_running_loop();
  loop.set_exception_handler(handler);

  co_await check("nothing", [](const F&) {});
  co_await check("done", [](const F& f) { static_cast<void>(f.done() && f.cancelled()); });
  co_await check("exception", [](const F& f) { static_cast<void>(f.exception()); });
  co_await check("result", result);
  co_await check("cancel", [](F f) { f.cancel(); });
  co_await check("callback", [](const F& f) { f.add_done_callback([](const Any&) {}); });
  co_await check("callback asks",
                 [](const F& f) { f.add_done_callback([](const Any& g) { static_cast<void>(g.exception()); }); });
  co_await check("awaited", [](const F& f) { asyncio::create_task(waits(f)); });

  // A failure that ends another task is asked for there.
  log.clear();
  {
    std::optional inner = asyncio::create_task(fails());
    std::optional outer = asyncio::create_task(passes_on(*inner));
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    inner.reset();
    outer.reset();
  }
  print{"passed on", log};

  // A cancellation is none.
  log.clear();
  std::optional task = asyncio::create_task(fails());
  task->cancel();
  co_await asyncio::sleep(0);
  task.reset();
  print{"cancelled", log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
