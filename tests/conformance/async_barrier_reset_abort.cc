// async_barrier_reset_abort.cc - async_barrier_reset_abort.py, line by line.
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

asyncio::Coroutine<std::string> passes(asyncio::Barrier& barrier, std::string name) {
  co_return name + str(co_await barrier.wait());
}

asyncio::Coroutine<std::string> none(asyncio::Coroutine<> coroutine) {
  co_await coroutine;
  co_return "None";
}

asyncio::Coroutine<> scene(std::vector<std::string> what) {
  asyncio::Barrier barrier(3);
  std::vector<asyncio::Task<std::string>> tasks;
  std::vector<std::string> log;
  std::string text;
  for (const std::string& action : what) {
    text += (text.empty() ? "" : ", ") + action;
    if (action == "late") {
      co_await rounds(1);
    } else if (action == "reset") {
      co_await barrier.reset();
    } else if (action == "abort") {
      co_await barrier.abort();
    } else if (action == "resets") {
      tasks.push_back(asyncio::create_task(none(barrier.reset())));
    } else if (action == "aborts") {
      tasks.push_back(asyncio::create_task(none(barrier.abort())));
    } else {
      tasks.push_back(asyncio::create_task(passes(barrier, action)));
    }
    log.push_back(bare(barrier) + " " + str(barrier.n_waiting()) + " " + str(barrier.broken()));
  }
  co_await rounds(12);
  std::vector<bool> done;
  for (const auto& task : tasks) done.push_back(task.done());
  print{text, "|", done, bare(barrier)};
  print{"  ", log};
  co_await barrier.reset();
  std::vector<std::string> results;
  for (const auto& task : tasks) results.push_back(co_await awaited(task));
  print{"  ", results, bare(barrier)};
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::vector<std::string>> scenes{
      {"reset"},
      {"abort", "a"},
      {"abort", "abort", "reset", "a", "late"},
      {"a", "b", "late", "late", "reset"},
      {"a", "b", "late", "late", "abort"},
      {"a", "b", "late", "late", "reset", "c", "late", "late"},
      {"a", "b", "late", "late", "abort", "c", "late", "late"},
      {"a", "b", "late", "late", "reset", "reset", "late", "late", "c", "d", "e"},
      {"a", "b", "late", "late", "abort", "reset", "c", "late"},
      {"a", "b", "late", "late", "reset", "abort", "c", "late"},
      {"a", "b", "c", "late", "reset", "d", "late", "late"},
      {"a", "b", "c", "late", "abort", "d", "late", "late"},
      {"a", "b", "c", "late", "d", "late", "resets", "late", "late"},
      {"a", "b", "c", "late", "d", "late", "aborts", "late", "late"},
      {"a", "resets", "b", "aborts", "c", "resets"},
  };
  for (const std::vector<std::string>& what : scenes) co_await scene(what);
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
