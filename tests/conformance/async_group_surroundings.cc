// async_group_surroundings.cc - async_group_surroundings.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <tuple>
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
using conformance::print;
using conformance::rounds;
using conformance::str;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;
using Work = asyncio::Coroutine<std::string>;

Work works(std::string name) {
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    group.create_task(waits(name, 1));
    group.create_task(gives(2, name + " gives"));
    co_return;
  });
  co_return name;
}

Work breaks(std::string name) {
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    group.create_task(waits(name, 1));
    group.create_task(fails(2, name));
    co_return;
  });
  co_return name;
}

Work gathers() {
  co_await asyncio::gather(works("one"), breaks("two"));
  co_return "None";
}

Work gathers_all() {
  auto results = co_await asyncio::gather(asyncio::return_exceptions, gives(1, "one"), breaks("two"));
  co_return str(std::tuple_size_v<decltype(results)>);
}

Work limits() { co_return co_await asyncio::wait_for(works("one"), 0); }

Work limits_a_task() {
  auto task = asyncio::create_task(works("one"));
  co_await rounds(2);
  co_return co_await asyncio::wait_for(task, 0);
}

Work shields() { co_return co_await asyncio::shield(breaks("one")); }

Work waits_in_a_group() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(fails(3, "one"));
    co_await asyncio::wait_for(waits("other"), 60);
  });
  co_return "None";
}

Work gathers_in_a_group() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(fails(3, "one"));
    co_await asyncio::gather(waits("two", 1), waits("three"));
  });
  co_return "None";
}

Work shields_in_a_group() {
  auto inner = asyncio::create_task(gives(6, "inner"));
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    group.create_task(fails(2, "one"));
    co_await asyncio::shield(inner);
  });
  co_return "None";
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Work (*)()>;
  const std::vector<Named> runs{{"gathers", gathers},
                                {"gathers_all", gathers_all},
                                {"limits", limits},
                                {"limits_a_task", limits_a_task},
                                {"shields", shields},
                                {"waits_in_a_group", waits_in_a_group},
                                {"gathers_in_a_group", gathers_in_a_group},
                                {"shields_in_a_group", shields_in_a_group}};
  for (const auto& [name, run] : runs) {
    log.clear();
    auto task = asyncio::create_task(run());
    const std::string how = co_await ended(task);
    const auto cancelling = task.cancelling();
    for (asyncio::AnyTask other : asyncio::all_tasks()) {
      if (other == *asyncio::current_task()) continue;
      other.cancel();
      co_await ended(other);
    }
    print{name, how, cancelling, log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
