// async_event_states.cc - async_event_states.py, line by line.
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

asyncio::Coroutine<std::string> waits(asyncio::Event& event, std::string name) {
  const bool got = co_await event.wait();
  log.push_back(name + " " + str(got) + " " + str(event.is_set()));
  co_return name;
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::Event event;
  print{bare(event), event.is_set()};
  event.clear();
  print{bare(event)};
  std::vector<asyncio::Task<std::string>> tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.push_back(asyncio::create_task(waits(event, name)));
  co_await rounds(1);
  print{bare(event)};
  event.set();
  print{bare(event)};
  event.clear();
  // Comes after the set() that was taken back.
  auto late = asyncio::create_task(waits(event, "late"));
  co_await rounds(1);
  std::vector<bool> done;
  for (const auto& task : tasks) done.push_back(task.done());
  print{bare(event), done};
  co_await rounds(1);
  print{log, bare(event), late.done()};
  event.set();
  event.set();
  print{co_await awaited(late), co_await event.wait(), bare(event)};
  // Set already: no round passes.
  auto task = asyncio::create_task(rounds(1));
  for (int i = 0; i < 5; ++i) co_await event.wait();
  print{task.done()};
  co_await task;

  event.clear();
  const std::vector<std::vector<std::string>> orders{
      {"set", "cancel"}, {"cancel", "set"}, {"cancel", "late", "set"}, {"set", "late", "cancel"}};
  for (const std::vector<std::string>& order : orders) {
    log.clear();
    auto a = asyncio::create_task(waits(event, "a"));
    auto b = asyncio::create_task(waits(event, "b"));
    co_await rounds(1);
    std::string text;
    for (const std::string& action : order) {
      text += (text.empty() ? "" : ", ") + action;
      if (action == "set") {
        event.set();
      } else if (action == "cancel") {
        a.cancel("enough");
      } else {
        co_await rounds(1);
      }
    }
    print{text, "|", bare(event), co_await awaited(a), co_await awaited(b), bare(event), log};
    event.clear();
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
