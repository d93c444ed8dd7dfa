// async_group_timeout_inside.cc - async_group_timeout_inside.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::ended;
using conformance::fails;
using conformance::gives;
using conformance::log;
using conformance::next_await;
using conformance::print;
using conformance::str;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;
using Work = asyncio::Coroutine<std::string>;

std::string cancelling() { return str(asyncio::current_task()->cancelling()); }

Body sleeps() { co_await asyncio::sleep(60); }

Work in_the_body(int delay) {
  co_await asyncio::with(TaskGroup(), [=](TaskGroup& group) -> Body {
    group.create_task(gives(6, "task"));
    try {
      co_await asyncio::with(asyncio::timeout(delay), sleeps);
    } catch (const skein::TimeoutError&) {
      log.push_back("timed out, " + cancelling());
    }
  });
  co_return "through";
}

Work uncaught(int delay) {
  co_await asyncio::with(TaskGroup(), [=](TaskGroup& group) -> Body {
    group.create_task(waits("task"));
    co_await asyncio::with(asyncio::timeout(delay), sleeps);
  });
  co_return "None";
}

Body limited(int delay) { co_await asyncio::with(asyncio::timeout(delay), sleeps); }

Work in_a_task(int delay) {
  co_await asyncio::with(TaskGroup(), [=](TaskGroup& group) -> Body {
    group.create_task(limited(delay));
    group.create_task(waits("task"));
    co_await asyncio::sleep(60);
  });
  co_return "None";
}

Body limited_and_caught(int delay) {
  try {
    co_await asyncio::with(asyncio::timeout(delay), sleeps);
  } catch (const skein::TimeoutError&) {
    log.emplace_back("timed out");
  }
}

Work caught_in_a_task(int delay) {
  co_await asyncio::with(TaskGroup(), [=](TaskGroup& group) -> Body {
    group.create_task(limited_and_caught(delay));
    group.create_task(gives(1, "task"));
    co_return;
  });
  co_return "through";
}

// In the round before the time is up, or in the same one if that is at once.
Work a_task_fails_first(int delay) {
  co_await asyncio::with(TaskGroup(), [=](TaskGroup& group) -> Body {
    group.create_task(fails(0, "task"));
    asyncio::Timeout limit = asyncio::timeout(skein::None);
    try {
      co_await asyncio::with(limit, [&]() -> Body {
        co_await asyncio::sleep(0);
        limit.reschedule(asyncio::get_running_loop().time() + delay);
        try {
          co_await asyncio::sleep(60);
        } catch (...) {
          log.push_back(str(limit.expired()) + ", " + cancelling());
          throw;
        }
      });
    } catch (const skein::TimeoutError&) {
      log.push_back("timed out, " + cancelling());
    }
    log.push_back(co_await next_await());
    co_await asyncio::sleep(60);
  });
  co_return "None";
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Work (*)(int)>;
  const std::vector<Named> runs{{"in_the_body", in_the_body},
                                {"uncaught", uncaught},
                                {"in_a_task", in_a_task},
                                {"caught_in_a_task", caught_in_a_task},
                                {"a_task_fails_first", a_task_fails_first}};
  for (const auto& [name, run] : runs) {
    for (const int delay : {0, -1}) {
      log.clear();
      auto task = asyncio::create_task(run(delay));
      print{name, delay, co_await ended(task), task.cancelling()};
      print{" ", log};
    }
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
