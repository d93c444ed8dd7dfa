// async_to_thread.cc - async_to_thread.py, line by line.
#include <skein/contextvars.h>
#include <skein/threading.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace threading = skein::threading;
using conformance::awaited;
using conformance::print;
using skein::contextvars::ContextVar;

namespace {

const ContextVar<std::string> var("var", "default");
std::vector<std::string> log;

int add(int a, int b) { return a + b; }

void fail(const std::string& text) { throw skein::ValueError(text); }

std::tuple<std::string, std::string> context(const std::string& value) {
  const std::string before = var.get();
  var.set(value);
  return {before, var.get()};
}

// An asyncio.Event, as far as it is needed.
class Event {
 public:
  void set() {
    if (!future_.done()) future_.set_result();
  }
  void clear() { future_ = asyncio::Future<void>(); }
  asyncio::Coroutine<> wait() { co_await future_; }

 private:
  asyncio::Future<void> future_;
};

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  print{co_await asyncio::to_thread(add, 2, 3)};
  print{co_await awaited(asyncio::to_thread(fail, "in the thread"))};
  const auto main_thread = threading::get_ident();
  print{"another thread:", co_await asyncio::to_thread(threading::get_ident) != main_thread};
  var.set("main");
  print{co_await asyncio::to_thread(context, "thread"), var.get()};

  // No loop runs there.
  print{co_await awaited(asyncio::to_thread([] { static_cast<void>(asyncio::get_running_loop()); }))};

  // Cancelled: the await ends, the call does not.
  threading::Event go;
  Event begun;
  Event ended;

  const auto job = [&]() -> std::string {
    loop.call_soon_threadsafe([&] { begun.set(); });
    go.wait();
    log.emplace_back("through");
    loop.call_soon_threadsafe([&] { ended.set(); });
    return "too late";
  };

  auto task = asyncio::create_task(asyncio::to_thread(job));
  co_await begun.wait();
  task.cancel("enough");
  const std::string of_cancelled = co_await awaited(task);
  print{of_cancelled, log};
  go.set();
  co_await ended.wait();
  print{log};

  // The loop goes on meanwhile.
  go.clear();
  begun.clear();
  ended.clear();
  task = asyncio::create_task(asyncio::to_thread(job));
  co_await begun.wait();
  print{"meanwhile:", task.done()};
  go.set();
  print{co_await task};

  // With a limit.
  go.clear();
  print{co_await awaited(asyncio::wait_for(asyncio::to_thread([&] { return go.wait(); }), 0.01))};
  go.set();
  std::vector<asyncio::Coroutine<int>> several;
  for (int n = 0; n < 5; ++n) several.push_back(asyncio::to_thread(add, n, n));
  print{co_await asyncio::gather(several)};
}

}  // namespace

int main() { asyncio::run(main_program); }
