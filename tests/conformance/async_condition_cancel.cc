// async_condition_cancel.cc - async_condition_cancel.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::print;
using conformance::rounds;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<std::string> waits(asyncio::Condition& condition, std::string name) {
  const auto held = co_await condition.scoped();
  try {
    co_await condition.wait();
  } catch (const asyncio::CancelledError& e) {
    log.push_back(name + " cancelled " + e.message() + " " + str(condition.locked()));
    throw;
  }
  log.push_back(name + " woken " + str(condition.locked()));
  co_return name;
}

asyncio::Coroutine<> scene(std::vector<std::string> what) {
  log.clear();
  asyncio::Condition condition;
  auto task = asyncio::create_task(waits(condition, "a"));
  co_await rounds(2);
  co_await condition.acquire();
  std::string text;
  for (const std::string& action : what) {
    text += (text.empty() ? "" : ", ") + action;
    if (action == "notify") {
      condition.notify();
    } else if (action == "late") {
      co_await rounds(1);
    } else if (action == "release") {
      condition.release();
    } else if (action == "acquire") {
      co_await condition.acquire();
      log.emplace_back("main has it");
    } else {
      task.cancel(action);
    }
  }
  log.push_back(str(task.done()) + " " + bare(condition));
  // Nobody else holds it for ever.
  condition.release();
  print{text, "|", co_await awaited(task), task.cancelling(), bare(condition)};
  print{"  ", log};
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::vector<std::string>> scenes{
      {"first"},
      {"first", "late"},
      {"first", "late", "second"},
      {"first", "late", "second", "late"},
      {"first", "late", "second", "late", "third", "late"},
      {"first", "second"},
      {"first", "second", "late", "late"},
      {"notify", "first"},
      {"notify", "late", "first"},
      {"notify", "late", "first", "late", "second", "late"},
      {"notify", "late"},
      {"first", "notify"},
      {"first", "release", "acquire"},
      {"first", "late", "release", "second", "acquire"},
      {"notify", "late", "release", "first", "acquire"},
      {"notify", "late", "release", "late", "first", "acquire"},
  };
  for (const std::vector<std::string>& what : scenes) co_await scene(what);
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
