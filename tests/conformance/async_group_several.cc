// async_group_several.cc - async_group_several.py, line by line.
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
using conformance::log;
using conformance::print;
using conformance::spoils;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

Body in_one_round(TaskGroup& group) {
  for (const char* const name : {"c", "a", "b"}) group.create_task(fails(1, name));
  co_return;
}

Body in_one_round_with_a_body_that_sleeps(TaskGroup& group) {
  for (const char* const name : {"c", "a", "b"}) group.create_task(fails(1, name));
  co_await asyncio::sleep(60);
}

Body a_round_apart(TaskGroup& group) {
  group.create_task(fails(2, "later"));
  group.create_task(fails(1, "sooner"));
  co_return;
}

Body for_their_cancellation(TaskGroup& group) {
  group.create_task(spoils(3, "third"));
  group.create_task(spoils(2, "second"));
  group.create_task(waits("waits", 4));
  group.create_task(fails(1, "first"));
  co_return;
}

Body in_nested_groups(TaskGroup& outer) {
  outer.create_task(spoils(0, "of the outer"));
  co_await asyncio::with(TaskGroup(), [](TaskGroup& inner) -> Body {
    inner.create_task(spoils(2, "second"));
    inner.create_task(fails(1, "first"));
    co_return;
  });
}

Body has_a_group(std::string name) {
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    group.create_task(fails(1, name + "1"));
    group.create_task(fails(1, name + "2"));
    co_return;
  });
}

Body in_groups_of_tasks(TaskGroup& group) {
  group.create_task(has_a_group("a"));
  group.create_task(has_a_group("b"));
  co_return;
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Body (*)(TaskGroup&)>;
  const std::vector<Named> bodies{{"in_one_round", in_one_round},
                                  {"in_one_round_with_a_body_that_sleeps", in_one_round_with_a_body_that_sleeps},
                                  {"a_round_apart", a_round_apart},
                                  {"for_their_cancellation", for_their_cancellation},
                                  {"in_nested_groups", in_nested_groups},
                                  {"in_groups_of_tasks", in_groups_of_tasks}};
  for (const auto& [name, body] : bodies) {
    log.clear();
    auto task = asyncio::create_task(asyncio::with(TaskGroup(), body));
    print{name, co_await ended(task), task.cancelling()};
    print{" ", log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
