// async_task_names.cc - async_task_names.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

asyncio::Coroutine<std::string> tell() { co_return asyncio::current_task()->get_name(); }

int number(const std::string& name) {
  if (!name.starts_with("Task-")) throw skein::ValueError(name);
  return std::stoi(name.substr(5));
}

asyncio::Coroutine<std::string> renames() {
  asyncio::current_task()->set_name("by itself");
  co_await asyncio::sleep(0);
  co_return co_await tell();
}

asyncio::Coroutine<std::pair<int, int>> main_coroutine() {
  auto first = asyncio::create_task(tell());
  const int base = number(first.get_name());

  // A name that is given uses up no number.
  auto named = asyncio::create_task({.name = "named"}, tell());
  auto second = asyncio::create_task(tell());
  print{named.get_name(), number(second.get_name()) - base};

  // Set before it begins, while it runs, after its end.
  first.set_name("renamed");
  print{co_await first, co_await named, number(co_await second) - base};
  named.set_name("later");
  print{named.get_name(), named.done()};

  // Several may have the same.
  std::vector<asyncio::Task<std::string>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(asyncio::create_task({.name = "same"}, tell()));
  std::vector<std::string> names;
  for (const auto& task : tasks) names.push_back(co_await task);
  print{names, 1 + (tasks[0] != tasks[1]) + (tasks[1] != tasks[2])};

  print{co_await asyncio::create_task({.name = "before"}, renames())};

  // Numbers go on, also in another loop.
  auto third = asyncio::create_task(tell());
  const int before = number(third.get_name());
  const int same = number(co_await third);
  co_return std::pair{before, same};
}

asyncio::Coroutine<int> other() { co_return number(asyncio::current_task()->get_name()); }

}  // namespace

int main() {
  const auto [before, same] = asyncio::run(main_coroutine());
  print{before == same, asyncio::run(other()) > before};
}
