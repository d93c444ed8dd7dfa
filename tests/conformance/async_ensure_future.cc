// async_ensure_future.cc - async_ensure_future.py, line by line.
#include <skein/futures.h>

#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
using conformance::awaited;
using conformance::print;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<int> child(int value) {
  log.push_back(asyncio::current_task()->get_name());
  co_await asyncio::sleep(0);
  co_return value;
}

class Awaitable {
 public:
  explicit Awaitable(asyncio::Coroutine<int> coroutine) : coroutine_(std::move(coroutine)) {}
  auto operator co_await() && { return std::move(coroutine_).operator co_await(); }

 private:
  asyncio::Coroutine<int> coroutine_;
};

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  auto future = loop.create_future();
  auto task = asyncio::create_task(child(1));
  print{asyncio::ensure_future(future) == future, asyncio::ensure_future(task) == task};
  auto gathered = asyncio::gather(std::vector{task});
  print{asyncio::ensure_future(gathered) == gathered, co_await gathered};

  auto made = asyncio::ensure_future(child(2));
  made.set_name("made");
  log.clear();
  print{made.done(), co_await made, log};
  auto other = asyncio::ensure_future(Awaitable(child(3)));
  print{other.done(), co_await other};
  print{co_await awaited(asyncio::gather(Awaitable(child(4)), child(5)))};
  print{co_await asyncio::wait_for(Awaitable(child(6)), 30), co_await awaited(asyncio::shield(Awaitable(child(7))))};

  auto coroutine = child(8);
  print{"coroutine:", asyncio::iscoroutine(coroutine), asyncio::isfuture(coroutine)};
  print{"function:", asyncio::iscoroutine(child), asyncio::isfuture(child)};
  print{"task:", asyncio::iscoroutine(task), asyncio::isfuture(task)};
  print{"future:", asyncio::iscoroutine(future), asyncio::isfuture(future)};
  print{"gather:", asyncio::iscoroutine(gathered), asyncio::isfuture(gathered)};
  print{"of threads:", asyncio::iscoroutine(futures::Future<int>()), asyncio::isfuture(futures::Future<int>())};
  print{"other:", asyncio::iscoroutine(1), asyncio::isfuture("text")};
  print{co_await std::move(coroutine)};
}

}  // namespace

int main() { asyncio::run(main_program); }
