// async_group_results.cc - async_group_results.py, line by line.
#include <skein/asyncio.h>

#include <optional>
#include <string>
#include <vector>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::gives;
using conformance::log;
using conformance::print;

namespace {

using Body = asyncio::Coroutine<>;
using Text = asyncio::Task<std::string>;

asyncio::Coroutine<std::string> has_a_group(std::string name) {
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    group.create_task(gives(2, name + "2"));
    group.create_task(gives(1, name + "1"));
    co_return;
  });
  log.push_back(name);
  co_return name;
}

asyncio::Coroutine<std::string> returns() {
  co_return co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> asyncio::Coroutine<std::string> {
    group.create_task(gives(2, "task"));
    co_return "body";
  });
}

asyncio::Coroutine<> main_coroutine() {
  co_await asyncio::with(TaskGroup(), []() -> Body {
    log.emplace_back("body");
    co_return;
  });
  print{"nothing in it", log};

  log.clear();
  std::optional<Text> slow, quick;
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    slow = group.create_task(gives(3, "slow"));
    quick = group.create_task(gives(1, "quick"));
    log.emplace_back("body");
    print{slow->done(), quick->done()};
    co_return;
  });
  print{slow->result(), quick->result(), log};

  // The body waits for one of them.
  log.clear();
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    slow = group.create_task(gives(3, "slow"));
    quick = group.create_task(gives(1, "quick"));
    print{co_await *quick, slow->done()};
  });
  print{slow->result(), log};

  // A group in a group.
  log.clear();
  std::optional<Text> one, two, three;
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& outer) -> Body {
    one = outer.create_task(gives(6, "one"));
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Body {
      two = inner.create_task(gives(1, "two"));
      three = outer.create_task(gives(1, "three"));
      co_return;
    });
    print{"inner is left", one->done(), two->done(), three->done()};
  });
  print{"outer is left", one->done(), log};

  // And in a task of one.
  log.clear();
  std::vector<Text> tasks;
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    for (const char* const name : {"a", "b", "c"}) tasks.push_back(group.create_task(has_a_group(name)));
    co_return;
  });
  std::vector<std::string> results;
  for (const Text& task : tasks) results.push_back(task.result());
  print{results, log};

  // What the body returns.
  log.clear();
  print{co_await returns(), log};

  // In one round, and all before anybody waits.
  log.clear();
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    for (int number = 0; number < 5; ++number) group.create_task(gives(0, std::to_string(number)));
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    log.emplace_back("body");
  });
  print{log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
