// async_group_cancel.cc - async_group_cancel.py, line by line.
#include <skein/asyncio.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::ended;
using conformance::gives;
using conformance::log;
using conformance::print;
using conformance::rounds;
using conformance::spoils;
using conformance::str;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

Body in_the_body() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(waits("task", 2));
    try {
      co_await asyncio::sleep(60);
    } catch (...) {
      log.emplace_back("body is cancelled");
      throw;
    }
  });
}

Body at_the_end() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(waits("task", 2));
    log.emplace_back("body ends");
    co_return;
  });
}

Body nothing_in_it() {
  co_await asyncio::with(TaskGroup(), []() -> Body { co_await asyncio::sleep(60); });
}

Body only_the_last_is_there() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(gives(1, "first"));
    group.create_task(waits("second"));
    co_return;
  });
}

Body one_fails_for_it() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(spoils(1, "task"));
    co_await asyncio::sleep(60);
  });
}

Body one_fails_for_it_at_the_end() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(spoils(1, "task"));
    co_return;
  });
}

Body the_body_swallows_it() {
  std::optional<asyncio::Task<std::string>> task;
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    task = group.create_task(gives(6, "task"));
    try {
      co_await asyncio::sleep(60);
    } catch (const asyncio::CancelledError&) {
      log.push_back("swallowed, " + str(asyncio::current_task()->cancelling()));
    }
  });
  log.push_back("left, " + task->result());
}

Body the_body_replaces_it() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(waits("task"));
    try {
      co_await asyncio::sleep(60);
    } catch (const asyncio::CancelledError&) {
      throw skein::ValueError("body");
    }
  });
}

Body of_a_kind_of_its_own() {
  struct Cancelled : asyncio::CancelledError {
    using asyncio::CancelledError::CancelledError;
  };
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(waits("task"));
    try {
      co_await asyncio::sleep(60);
    } catch (const asyncio::CancelledError&) {
      throw Cancelled("mine");
    }
  });
}

Body early() {
  asyncio::current_task()->cancel("itself");
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(waits("task"));
    log.emplace_back("body");
    co_return;
  });
  log.emplace_back("not here");
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Body (*)()>;
  const std::vector<Named> runs{{"in_the_body", in_the_body},
                                {"at_the_end", at_the_end},
                                {"nothing_in_it", nothing_in_it},
                                {"only_the_last_is_there", only_the_last_is_there},
                                {"one_fails_for_it", one_fails_for_it},
                                {"one_fails_for_it_at_the_end", one_fails_for_it_at_the_end},
                                {"the_body_swallows_it", the_body_swallows_it},
                                {"the_body_replaces_it", the_body_replaces_it},
                                {"of_a_kind_of_its_own", of_a_kind_of_its_own}};
  for (const auto& [name, run] : runs) {
    log.clear();
    auto task = asyncio::create_task(run());
    co_await rounds(4);
    const bool taken = task.cancel("outside");
    print{name, taken, co_await ended(task), task.cancelled(), task.cancelling(), log};
  }

  // Before it has begun, and before the group is entered.
  log.clear();
  auto task = asyncio::create_task(in_the_body());
  task.cancel();
  print{co_await ended(task), task.cancelled(), log};
  task = asyncio::create_task(early());
  print{co_await ended(task), task.cancelled(), task.cancelling(), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
