// async_generator_values.cc - async_generator_values.py, line by line.
#include <optional>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::AsyncGenerator<int> counts(int n) {
  log.emplace_back("begins");
  for (int i = 0; i < n; ++i) {
    if (i % 2 == 1) co_await asyncio::sleep(0);
    log.push_back("yields " + str(i));
    co_yield i;
  }
  log.emplace_back("ends");
}

asyncio::AsyncGenerator<std::string> words(int last) {
  co_yield "one";
  if (last == 1) co_return;
  co_yield "two";
}

asyncio::Coroutine<> note(std::string text) {
  log.push_back(text);
  co_return;
}

asyncio::Coroutine<> main_program() {
  log.emplace_back("made");
  auto numbers = counts(4);
  log.emplace_back("not begun");
  while (const auto number = co_await numbers.next()) log.push_back("got " + str(*number));
  print{log};
  // After the end.
  log.clear();
  print{co_await numbers.next(), co_await numbers.next(), log};

  // It returns early; and one that gives nothing.
  for (const int last : {1, 2}) {
    auto several = words(last);
    std::vector<std::string> all;
    while (const auto word = co_await several.next()) all.push_back(*word);
    print{all, co_await awaited(several.next())};
  }
  auto nothing = counts(0);
  print{co_await nothing.next(), co_await nothing.next(), log};

  // By hand, with other work between two values; a value that is awaited lets others run, one that is there does not.
  log.clear();
  numbers = counts(3);
  std::vector<asyncio::Task<void>> tasks{asyncio::create_task(note("task 1"))};
  log.push_back("got " + str(co_await numbers.next()));
  tasks.push_back(asyncio::create_task(note("task 2")));
  log.push_back("got " + str(co_await numbers.next()));
  tasks.push_back(asyncio::create_task(note("task 3")));
  log.push_back("got " + str(co_await numbers.next()));
  log.push_back("got " + str(co_await numbers.next()));
  co_await asyncio::gather(tasks);
  print{log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
