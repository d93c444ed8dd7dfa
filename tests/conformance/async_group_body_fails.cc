// async_group_body_fails.cc - async_group_body_fails.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <stdexcept>
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
using conformance::print;
using conformance::rounds;
using conformance::spoils;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

struct KeyError : std::runtime_error {
  KeyError() : std::runtime_error("") {}
};

Body nothing_in_it(TaskGroup& /*group*/) {
  throw skein::ValueError("body");
  co_return;
}

Body before_they_begin(TaskGroup& group) {
  group.create_task(gives(0, "never"));
  group.create_task(waits("never"));
  throw skein::ValueError("body");
  co_return;
}

Body while_they_wait(TaskGroup& group) {
  group.create_task(waits("task"));
  co_await rounds(2);
  throw skein::ValueError("body");
}

Body one_fails_for_it(TaskGroup& group) {
  group.create_task(spoils(0, "task"));
  co_await rounds(2);
  throw skein::ValueError("body");
}

Body both_in_one_round(TaskGroup& group) {
  group.create_task(fails(1, "task"));
  co_await rounds(2);
  throw skein::ValueError("body");
}

Body one_has_failed_before(TaskGroup& group) {
  group.create_task(fails(1, "task"));
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    throw skein::ValueError("body");
  }
}

asyncio::Coroutine<std::string> stubborn() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
  }
  co_return co_await gives(3, "stubborn");
}

Body one_gives_all_the_same(TaskGroup& group) {
  auto task = group.create_task(stubborn());
  task.add_done_callback([](const asyncio::Task<std::string>& it) { log.push_back(it.result() + " is through"); });
  co_await rounds(2);
  throw skein::ValueError("body");
}

Body a_group_itself(TaskGroup& group) {
  group.create_task(spoils(1, "task"));
  co_await rounds(2);
  throw skein::ExceptionGroup("of the body",
                              {std::make_exception_ptr(skein::ValueError("one")), std::make_exception_ptr(KeyError())});
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Body (*)(TaskGroup&)>;
  const std::vector<Named> bodies{{"nothing_in_it", nothing_in_it},
                                  {"before_they_begin", before_they_begin},
                                  {"while_they_wait", while_they_wait},
                                  {"one_fails_for_it", one_fails_for_it},
                                  {"both_in_one_round", both_in_one_round},
                                  {"one_has_failed_before", one_has_failed_before},
                                  {"one_gives_all_the_same", one_gives_all_the_same},
                                  {"a_group_itself", a_group_itself}};
  for (const auto& [name, body] : bodies) {
    log.clear();
    auto task = asyncio::create_task(asyncio::with(TaskGroup(), body));
    print{name, co_await ended(task), task.cancelling()};
    print{" ", log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
