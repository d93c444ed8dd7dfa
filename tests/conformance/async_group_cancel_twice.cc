// async_group_cancel_twice.cc - async_group_cancel_twice.py, line by line.
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
using conformance::rounds;
using conformance::str;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

Body in_the_body(TaskGroup& group) {
  group.create_task(waits("task", 6));
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    log.emplace_back("body is cancelled");
    throw;
  }
}

Body the_body_takes_both(TaskGroup& group) {
  group.create_task(waits("task", 6));
  for (int i = 0; i < 2; ++i) {
    try {
      co_await asyncio::sleep(60);
    } catch (const asyncio::CancelledError& e) {
      log.push_back(e.message() + ", " + str(asyncio::current_task()->cancelling()));
    }
  }
  throw asyncio::CancelledError("body");
}

Body at_the_end(TaskGroup& group) {
  group.create_task(waits("task", 6));
  co_return;
}

Body in_a_nested_one(TaskGroup& outer) {
  outer.create_task(waits("of the outer", 3));
  co_await asyncio::with(TaskGroup(), [](TaskGroup& inner) -> Body {
    inner.create_task(waits("of the inner", 6));
    co_return;
  });
}

Body after_a_failure(TaskGroup& group) {
  group.create_task(fails(1, "first"));
  group.create_task(waits("task", 9));
  co_return;
}

Body after_a_failure_in_the_body(TaskGroup& group) {
  group.create_task(waits("task", 9));
  co_await rounds(2);
  throw skein::ValueError("body");
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Body (*)(TaskGroup&)>;
  const std::vector<Named> bodies{
      {"in_the_body", in_the_body},         {"the_body_takes_both", the_body_takes_both},
      {"at_the_end", at_the_end},           {"in_a_nested_one", in_a_nested_one},
      {"after_a_failure", after_a_failure}, {"after_a_failure_in_the_body", after_a_failure_in_the_body}};
  for (const auto& [name, body] : bodies) {
    for (const int times : {2, 3}) {
      log.clear();
      auto task = asyncio::create_task(asyncio::with(TaskGroup(), body));
      co_await rounds(3);
      for (int number = 0; number < times; ++number) {
        co_await rounds(2);
        task.cancel("number " + str(number));
      }
      print{name, co_await ended(task), task.cancelled(), task.cancelling()};
      print{" ", log};
    }
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
