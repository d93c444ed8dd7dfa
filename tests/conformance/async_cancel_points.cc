// async_cancel_points.cc - async_cancel_points.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

class Guard {
 public:
  explicit Guard(std::string name) : name_(std::move(name)) { log.push_back("+" + name_); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { log.push_back("-" + name_); }

 private:
  std::string name_;
};

asyncio::Coroutine<> inner(asyncio::Future<void> future) {
  const Guard guard("inner");
  co_await asyncio::sleep(0);
  {
    const Guard deep("deep");
    co_await future;
  }
  co_await asyncio::sleep(0);
}

asyncio::Coroutine<> middle(asyncio::Future<void> future) {
  const Guard guard("middle");
  co_await inner(future);
  log.emplace_back("middle goes on");
}

asyncio::Coroutine<std::string> outer(asyncio::Future<void> future) {
  const Guard guard("outer");
  co_await asyncio::sleep(0);
  co_await middle(future);
  co_await asyncio::sleep(0);
  log.emplace_back("end");
  co_return "result";
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  for (int step = 0; step < 8; ++step) {
    log.clear();
    auto future = loop.create_future();
    auto task = asyncio::create_task(outer(future));
    for (int number = 0; number < step; ++number) {
      if (number == 4) future.set_result();
      co_await asyncio::sleep(0);
    }
    const bool accepted = task.cancel();
    std::string ended;
    try {
      ended = co_await task;
    } catch (const asyncio::CancelledError&) {
      ended = "CancelledError";
    }
    print{step, accepted, ended, task.cancelled(), task.cancelling(), future.cancelled(), log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
