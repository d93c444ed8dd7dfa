// async_group_error.cc - async_group_error.py, line by line.
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
using conformance::str;
using conformance::tree;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

Body while_the_body_sleeps() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(fails(2, "first"));
    group.create_task(waits("second"));
    try {
      co_await asyncio::sleep(60);
    } catch (...) {
      log.push_back("body is cancelled, " + str(asyncio::current_task()->cancelling()));
      throw;
    }
  });
}

Body at_the_end() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(fails(2, "first"));
    group.create_task(waits("second", 3));
    log.emplace_back("body ends");
    co_return;
  });
}

Body those_that_are_done() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    auto done = group.create_task(gives(0, "done"));
    group.create_task(fails(4, "first"));
    co_await done;
    co_await asyncio::sleep(60);
  });
}

Body alone() {
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(fails(0, "alone"));
    co_return;
  });
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Body (*)()>;
  for (const auto& [name, run] :
       {Named{"while_the_body_sleeps", while_the_body_sleeps}, Named{"at_the_end", at_the_end},
        Named{"those_that_are_done", those_that_are_done}, Named{"alone", alone}}) {
    log.clear();
    auto task = asyncio::create_task(run());
    print{name, co_await ended(task), task.cancelled(), task.cancelling()};
    print{" ", log};
  }

  // It goes on after that, and nothing is left behind.
  log.clear();
  const asyncio::AnyTask task = *asyncio::current_task();
  for (const auto& [name, run] : {Named{"while_the_body_sleeps", while_the_body_sleeps},
                                  Named{"at_the_end", at_the_end}, Named{"alone", alone}}) {
    std::exception_ptr error;
    try {
      co_await run();
    } catch (const skein::ExceptionGroup&) {
      error = std::current_exception();
    }
    print{name, tree(error), task.cancelling(), co_await next_await()};
  }

  // The tasks keep their own outcomes.
  std::vector<asyncio::AnyTask> tasks;
  try {
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
      tasks.emplace_back(group.create_task(fails(1, "failed")));
      tasks.emplace_back(group.create_task(waits("cancelled")));
      tasks.emplace_back(group.create_task(gives(0, "given")));
      co_return;
    });
  } catch (const skein::ExceptionGroup& e) {
    print{tree(std::current_exception()), e.exceptions().at(0) == tasks.at(0).exception()};
  }
  std::vector<std::string> outcomes;
  outcomes.push_back(co_await ended(tasks[0]));
  outcomes.push_back(co_await ended(tasks[1]));
  outcomes.push_back(co_await ended(tasks[2].get<std::string>()));
  print{outcomes};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
