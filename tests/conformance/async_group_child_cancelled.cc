// async_group_child_cancelled.cc - async_group_child_cancelled.py, line by line.
#include <skein/asyncio.h>

#include <exception>
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
using conformance::said;
using conformance::spoils;
using conformance::str;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;
using Work = asyncio::Coroutine<std::string>;

std::string type_of(const std::exception_ptr& error) {
  const std::string text = said(error);
  return text.substr(0, text.find(':'));
}

Work by_the_body(TaskGroup& group) {
  auto task = group.create_task(waits("task"));
  group.create_task(gives(5, "other"));
  co_await rounds(2);
  task.cancel();
  log.emplace_back("body ends");
  co_return "through";
}

Work before_it_begins(TaskGroup& group) {
  group.create_task(waits("never begun")).cancel();
  group.create_task(gives(2, "other"));
  co_return "through";
}

Body cancels(asyncio::Task<void> task) {
  co_await rounds(2);
  task.cancel();
}

Work by_another_task(TaskGroup& group) {
  auto task = group.create_task(waits("task"));
  group.create_task(cancels(task));
  group.create_task(gives(6, "other"));
  co_return "through";
}

Body raises() {
  co_await asyncio::sleep(0);
  throw asyncio::CancelledError("by itself");
}

Work by_itself(TaskGroup& group) {
  group.create_task(raises());
  group.create_task(gives(4, "other"));
  co_return "through";
}

Work and_the_body_waits_for_it(TaskGroup& group) {
  auto task = group.create_task(waits("task"));
  group.create_task(waits("other"));
  co_await rounds(2);
  task.cancel("by the body");
  co_await task;
  co_return "None";
}

Work and_the_body_catches_that(TaskGroup& group) {
  auto task = group.create_task(waits("task"));
  group.create_task(gives(5, "other"));
  co_await rounds(2);
  task.cancel("by the body");
  log.push_back(co_await ended(task));
  co_return "through";
}

Work and_it_fails(TaskGroup& group) {
  auto task = group.create_task(spoils(0, "task"));
  group.create_task(waits("other"));
  co_await rounds(2);
  task.cancel();
  co_return "None";
}

Body fails() {
  co_await rounds(2);
  throw skein::ValueError("task");
}

Work the_body_waits_for_one_that_fails(TaskGroup& group) {
  auto task = group.create_task(fails());
  try {
    co_await task;
  } catch (...) {
    log.push_back(type_of(std::current_exception()) + ", " + str(asyncio::current_task()->cancelling()));
    throw;
  }
  co_return "None";
}

Body waits_for(asyncio::Task<void> task) {
  try {
    co_await task;
  } catch (...) {
    log.push_back(type_of(std::current_exception()));
    throw;
  }
}

Work a_task_waits_for_one_that_fails(TaskGroup& group) {
  auto task = group.create_task(fails());
  group.create_task(waits_for(task));
  co_return "None";
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Work (*)(TaskGroup&)>;
  const std::vector<Named> bodies{{"by_the_body", by_the_body},
                                  {"before_it_begins", before_it_begins},
                                  {"by_another_task", by_another_task},
                                  {"by_itself", by_itself},
                                  {"and_the_body_waits_for_it", and_the_body_waits_for_it},
                                  {"and_the_body_catches_that", and_the_body_catches_that},
                                  {"and_it_fails", and_it_fails},
                                  {"the_body_waits_for_one_that_fails", the_body_waits_for_one_that_fails},
                                  {"a_task_waits_for_one_that_fails", a_task_waits_for_one_that_fails}};
  for (const auto& [name, body] : bodies) {
    log.clear();
    auto task = asyncio::create_task(asyncio::with(TaskGroup(), body));
    print{name, co_await ended(task), task.cancelled(), task.cancelling()};
    print{" ", log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
