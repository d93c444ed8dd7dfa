// async_cancel_same_round.cc - async_cancel_same_round.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> waits_for(asyncio::Future<int> future) {
  try {
    // Moved, so that the future ends with this.
    log.push_back("got " + str(co_await std::move(future)));
  } catch (const asyncio::CancelledError&) {
    log.push_back(said(std::current_exception()));
    throw;
  }
  co_return "through";
}

void ends(asyncio::Future<int>& future, const std::string& how) {
  if (future.done()) return;
  if (how == "result") {
    future.set_result(1);
  } else if (how == "error") {
    future.set_exception(skein::ValueError("error"));
  } else {
    future.cancel("future");
  }
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  loop.set_exception_handler([](const asyncio::EventLoop&, const asyncio::ExceptionContext& context) {
    log.push_back("reported: " + context.message.substr(0, context.message.find('\n')));
  });
  const std::vector<std::vector<std::string>> orders{
      {"end", "cancel"}, {"cancel", "end"}, {"end", "cancel", "a round later"}};
  for (const std::string how : {"result", "error", "cancel"}) {
    for (const std::vector<std::string>& order : orders) {
      log.clear();
      std::optional future = loop.create_future<int>();
      std::optional task = asyncio::create_task(waits_for(*future));
      co_await asyncio::sleep(0);
      std::string text;
      for (const std::string& action : order) {
        text += (text.empty() ? "" : ", ") + action;
        if (action == "end") {
          ends(*future, how);
        } else if (action == "cancel") {
          task->cancel("task");
        } else {
          co_await asyncio::sleep(0);
        }
      }
      // Whoever throws a failure away has seen it: nothing is reported.
      future.reset();
      print{how, "|", text, "|", co_await awaited(*task), task->cancelled(), task->cancelling()};
      task.reset();
      print{"  ", log};
    }
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
