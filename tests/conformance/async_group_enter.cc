// async_group_enter.cc - async_group_enter.py, line by line.
#include <skein/asyncio.h>

#include <optional>
#include <string>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::ended;
using conformance::gives;
using conformance::log;
using conformance::print;
using conformance::rounds;

namespace {

using Body = asyncio::Coroutine<>;

Body enter(TaskGroup& group) {
  co_await asyncio::with(group, []() -> Body {
    log.emplace_back("entered");
    co_await rounds(2);
  });
}

asyncio::Coroutine<> main_coroutine() {
  TaskGroup one;
  print{co_await ended(enter(one)), log};
  print{co_await ended(enter(one)), log};

  // While somebody is inside: the one who is inside hears nothing of it.
  log.clear();
  TaskGroup two;
  auto first = asyncio::create_task(enter(two));
  auto second = asyncio::create_task(enter(two));
  print{co_await ended(second), log};
  print{co_await ended(first), log};

  // In itself.
  log.clear();
  std::optional<asyncio::Task<std::string>> task;
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    task = group.create_task(gives(2, "task"));
    print{co_await ended(enter(group)), log};
  });
  print{task->result(), log};

  // By a task of its own.
  log.clear();
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    task = group.create_task(ended(enter(group)));
    co_return;
  });
  print{task->result(), log};

  // After it was left with an error.
  log.clear();
  TaskGroup three;
  print{co_await ended(asyncio::with(three, []() -> Body {
    throw skein::ValueError("body");
    co_return;
  }))};
  print{co_await ended(enter(three)), log};

  // By hand.
  log.clear();
  TaskGroup group;
  TaskGroup& entered = co_await group.aenter();
  task = entered.create_task(gives(2, "by hand"));
  print{&entered == &group, task->done()};
  co_await group.aexit(nullptr);
  print{task->result(), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
