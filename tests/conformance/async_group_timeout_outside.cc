// async_group_timeout_outside.cc - async_group_timeout_outside.py, line by line.
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
using conformance::fails;
using conformance::gives;
using conformance::log;
using conformance::next_await;
using conformance::print;
using conformance::rounds;
using conformance::spoils;
using conformance::str;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

Body in_the_body(TaskGroup& group) {
  group.create_task(waits("task", 2));
  co_await asyncio::sleep(60);
}

Body at_the_end(TaskGroup& group) {
  group.create_task(waits("task", 2));
  co_return;
}

Body nothing_in_it(TaskGroup& /*group*/) { co_await asyncio::sleep(60); }

Body one_fails_for_it(TaskGroup& group) {
  group.create_task(spoils(1, "task"));
  co_await asyncio::sleep(60);
}

Body one_fails_before(TaskGroup& group) {
  group.create_task(fails(0, "task"));
  co_await asyncio::sleep(60);
}

Body one_fails_beside(TaskGroup& group) {
  group.create_task(fails(1, "task"));
  group.create_task(waits("other", 3));
  co_await asyncio::sleep(60);
}

Body the_body_fails_for_it(TaskGroup& /*group*/) {
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    throw skein::ValueError("body");
  }
}

Body through_before(TaskGroup& group) {
  group.create_task(gives(0, "task"));
  co_return;
}

asyncio::Coroutine<std::string> limited(Body (*body)(TaskGroup&), asyncio::Timeout& limit) {
  const asyncio::AnyTask task = *asyncio::current_task();
  std::exception_ptr error;
  try {
    co_await asyncio::with(limit, [&]() -> Body {
      std::exception_ptr inner;
      try {
        co_await asyncio::with(TaskGroup(), body);
      } catch (...) {
        inner = std::current_exception();
      }
      log.push_back("left, " + str(limit.expired()) + ", " + str(task.cancelling()));
      if (inner != nullptr) std::rethrow_exception(inner);
    });
  } catch (...) {
    error = std::current_exception();
  }
  const std::string before = str(limit.expired()) + ", " + str(task.cancelling()) + ", ";
  log.push_back(before + co_await next_await());
  if (error != nullptr) std::rethrow_exception(error);
  co_return "through";
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  using Named = std::pair<std::string, Body (*)(TaskGroup&)>;
  const std::vector<Named> bodies{{"in_the_body", in_the_body},
                                  {"at_the_end", at_the_end},
                                  {"nothing_in_it", nothing_in_it},
                                  {"one_fails_for_it", one_fails_for_it},
                                  {"one_fails_before", one_fails_before},
                                  {"one_fails_beside", one_fails_beside},
                                  {"the_body_fails_for_it", the_body_fails_for_it},
                                  {"through_before", through_before}};
  for (const auto& [name, body] : bodies) {
    // Its time is up at once, or some rounds later.
    log.clear();
    asyncio::Timeout zero = asyncio::timeout(0);
    print{name, "timeout(0)", co_await ended(limited(body, zero))};
    print{" ", log};
    for (const int count : {2, 3, 4}) {
      log.clear();
      asyncio::Timeout limit = asyncio::timeout(skein::None);
      auto task = asyncio::create_task(limited(body, limit));
      co_await rounds(count);
      try {
        limit.reschedule(loop.time() - 1);
      } catch (const skein::RuntimeError& e) {
        log.emplace_back(e.what());
      }
      print{name, count, co_await ended(task), task.cancelling()};
      print{" ", log};
    }
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
