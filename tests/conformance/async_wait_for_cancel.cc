// async_wait_for_cancel.cc - async_wait_for_cancel.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;

void end(asyncio::Future<std::string>& f, const std::string& how) {
  if (f.done()) {
    log.emplace_back("done already");
  } else if (how == "result") {
    f.set_result("result");
  } else if (how == "error") {
    f.set_exception(skein::ValueError("error"));
  } else {
    f.cancel("future");
  }
}

Work work(std::string how) {
  asyncio::AnyTask task = asyncio::current_task().value();
  const std::string name = task.get_name();
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.push_back(how + " " + name + " " + str(task.cancelling()));
    if (how == "returns") co_return "returned";
    if (how == "fails") throw skein::ValueError("failed");
    throw;
  }
  co_return "None";
}

Work finished() { co_return "finished"; }

Work itself() {
  auto inner = asyncio::create_task(finished());
  co_await inner;
  asyncio::current_task()->cancel();
  log.push_back(co_await asyncio::wait_for(inner, 1000));
  co_await asyncio::sleep(0);
  co_return "not here";
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  const std::vector<std::pair<std::string, skein::Timeout>> timeouts{{"1000", 1000}, {"None", skein::None}};
  for (const auto& [timeout_text, timeout] : timeouts) {
    for (const std::string how : {"result", "error", "cancelled"}) {
      for (const std::string order : {"cancel first", "end first", "cancel later"}) {
        log.clear();
        auto f = loop.create_future<std::string>();
        auto task = asyncio::create_task(asyncio::wait_for(f, timeout));
        co_await asyncio::sleep(0);
        if (order == "cancel first") task.cancel();
        end(f, how);
        if (order == "end first") task.cancel();
        if (order == "cancel later") {
          co_await asyncio::sleep(0);
          log.push_back(str(task.cancel()));
        }
        const std::string text = co_await awaited(task);
        print{timeout_text,      how,           order, text.substr(0, text.find(':')), task.cancelled(),
              task.cancelling(), f.cancelled(), log};
      }
    }
  }

  // A coroutine runs in the same task; what it does with the cancellation is what wait_for gives.
  for (const std::string how : {"obeys", "returns", "fails"}) {
    log.clear();
    auto task = asyncio::create_task({.name = "same task"}, asyncio::wait_for(work(how), 1000));
    co_await asyncio::sleep(0);
    task.cancel("outside");
    print{co_await awaited(task), task.cancelled(), task.cancelling(), log};
  }

  // Cancelled by itself, before it waits for what is done.
  log.clear();
  auto task = asyncio::create_task(itself());
  print{co_await awaited(task), task.cancelled(), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
