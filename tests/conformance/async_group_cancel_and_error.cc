// async_group_cancel_and_error.cc - async_group_cancel_and_error.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::fails;
using conformance::log;
using conformance::next_await;
using conformance::print;
using conformance::rounds;
using conformance::spoils;
using conformance::str;
using conformance::tree;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

// Goes on after the group; what comes at the next await.
Body catches(Body (*body)(TaskGroup&)) {
  const asyncio::AnyTask task = *asyncio::current_task();
  try {
    co_await asyncio::with(TaskGroup(), body);
    log.emplace_back("nothing");
  } catch (const skein::ExceptionGroup&) {
    log.push_back(tree(std::current_exception()) + ", " + str(task.cancelling()));
  } catch (const asyncio::CancelledError& e) {
    log.push_back("CancelledError " + e.message() + ", " + str(task.cancelling()));
    throw;
  }
  log.push_back(co_await next_await());
  log.push_back(co_await next_await());
  log.push_back(str(task.cancelling()));
}

Body at_the_end(TaskGroup& group) {
  group.create_task(fails(4, "first"));
  group.create_task(waits("second", 4));
  co_return;
}

Body in_the_body(TaskGroup& group) {
  group.create_task(fails(4, "first"));
  group.create_task(waits("second", 4));
  co_await asyncio::sleep(60);
}

Body in_a_body_that_replaces_it(TaskGroup& group) {
  group.create_task(fails(4, "first"));
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    throw skein::ValueError("body");
  }
}

Body a_task_that_fails_for_it(TaskGroup& group) {
  group.create_task(spoils(2, "first"));
  co_await asyncio::sleep(60);
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Body (*)(TaskGroup&)>;
  const std::vector<Named> bodies{{"at_the_end", at_the_end},
                                  {"in_the_body", in_the_body},
                                  {"in_a_body_that_replaces_it", in_a_body_that_replaces_it},
                                  {"a_task_that_fails_for_it", a_task_that_fails_for_it}};
  for (const auto& [name, body] : bodies) {
    // From before the failure to after it; in the middle both are in one round.
    for (int count = 2; count < 9; ++count) {
      log.clear();
      auto task = asyncio::create_task(catches(body));
      co_await rounds(count);
      task.cancel("outside");
      co_await asyncio::wait(std::vector{task});
      print{name, count, task.cancelled(), task.cancelling(), log};
    }
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
