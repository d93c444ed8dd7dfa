// async_group_grow.cc - async_group_grow.py, line by line.
#include <skein/asyncio.h>

#include <algorithm>
#include <exception>
#include <string>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::ended;
using conformance::fails;
using conformance::log;
using conformance::print;
using conformance::rounds;
using conformance::tree;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

Body branch(TaskGroup& group, std::string name, int depth) {
  log.push_back(name);
  if (depth > 0) {
    group.create_task(branch(group, name + "0", depth - 1));
    co_await asyncio::sleep(0);
    group.create_task(branch(group, name + "1", depth - 1));
  }
}

Body chain(TaskGroup& group, int left) {
  if (left > 0) {
    group.create_task(chain(group, left - 1));
  } else {
    log.emplace_back("last");
  }
  co_return;
}

void more(TaskGroup& group) {
  try {
    group.create_task(rounds(1)).add_done_callback(
        [](const asyncio::AnyFuture& /*task*/) { log.emplace_back("more is through"); });
  } catch (const skein::RuntimeError& e) {
    log.emplace_back(e.what());
  }
}

Body makes_and_fails(TaskGroup& group) {
  group.create_task(waits("never begun"));
  co_await asyncio::sleep(0);
  group.create_task(waits("never begun either"));
  throw skein::ValueError("maker");
}

Body outwards(TaskGroup& outer) {
  outer.create_task(fails(3, "from the inside"));
  co_await asyncio::sleep(0);
}

Body both(TaskGroup& outer) {
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Body {
    inner.create_task(outwards(outer));
    co_return;
  });
  log.emplace_back("inner is left");
}

asyncio::Coroutine<> main_coroutine() {
  // A tree of them.
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(branch(group, "r", 3));
    co_return;
  });
  print{log.size(), log};

  // A chain, each of which ends when it has made the next.
  log.clear();
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(chain(group, 100));
    log.emplace_back("body");
    co_return;
  });
  print{log};

  // By a done callback: that of the last one comes too late, unless it is added before the group's.
  log.clear();
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(rounds(1)).add_done_callback([&](const asyncio::AnyFuture& /*task*/) { more(group); });
    log.emplace_back("body");
    co_return;
  });
  print{log};

  log.clear();
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(rounds(1)).add_done_callback([&](const asyncio::AnyFuture& /*task*/) { more(group); });
    group.create_task(rounds(3));
    log.emplace_back("body");
    co_return;
  });
  print{log};

  // A failure cancels them all, also one that has not begun: that never does.
  log.clear();
  try {
    co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
      group.create_task(makes_and_fails(group));
      co_return;
    });
  } catch (const skein::ExceptionGroup&) {
    std::sort(log.begin(), log.end());  // Python cancels them in the order of a set.
    print{tree(std::current_exception()), log};
  }

  // One that has not begun because the body fails at once.
  log.clear();
  try {
    co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
      group.create_task(waits("never"));
      throw skein::ValueError("body");
      co_return;
    });
  } catch (const skein::ExceptionGroup&) {
    print{tree(std::current_exception()), log};
  }

  // The task of an inner group makes one in the outer group.
  log.clear();
  print{co_await ended(asyncio::with(TaskGroup(), both)), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
