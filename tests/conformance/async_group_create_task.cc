// async_group_create_task.cc - async_group_create_task.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>

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
using conformance::tree;

namespace {

using Body = asyncio::Coroutine<>;

template <class T>
void attempt(TaskGroup& group, asyncio::Coroutine<T> coroutine) {
  try {
    group.create_task(std::move(coroutine));
  } catch (const skein::RuntimeError& e) {
    log.emplace_back(e.what());
    return;
  }
  log.emplace_back("taken");
}

Body makes_more(TaskGroup& group) {
  co_await rounds(2);
  attempt(group, gives(0, "more"));
}

Body tries(TaskGroup& group, int count) {
  std::exception_ptr error;
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    error = std::current_exception();
  }
  co_await rounds(count);
  attempt(group, gives(0, "never"));
  if (error != nullptr) std::rethrow_exception(error);
}

Body surrounding(bool sleeps) {
  co_await asyncio::with(TaskGroup(), [=](TaskGroup& group) -> Body {
    group.create_task(tries(group, 2));
    try {
      if (sleeps) co_await asyncio::sleep(60);
    } catch (...) {
      attempt(group, tries(group, 0));
      throw;
    }
    attempt(group, tries(group, 0));
  });
}

asyncio::Coroutine<> main_coroutine() {
  TaskGroup first;
  attempt(first, gives(0, "early"));
  print{"not entered", log};

  log.clear();
  co_await asyncio::with(first, [](TaskGroup& group) -> Body {
    attempt(group, gives(0, "task"));
    co_return;
  });
  attempt(first, gives(0, "late"));
  print{"left", log};

  // The body is through, but not the tasks: they may go on.
  log.clear();
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(makes_more(group));
    log.emplace_back("body");
    co_return;
  });
  print{"at the end", log};

  // A task has failed: nobody does.
  log.clear();
  TaskGroup second;
  try {
    co_await asyncio::with(second, [](TaskGroup& group) -> Body {
      group.create_task(tries(group, 0));
      group.create_task(fails(1, "first"));
      try {
        co_await asyncio::sleep(60);
      } catch (...) {
        attempt(group, gives(0, "never"));
        throw;
      }
    });
  } catch (const skein::ExceptionGroup&) {
    log.push_back(tree(std::current_exception()));
  }
  attempt(second, gives(0, "late"));
  print{"after a failure"};
  for (const std::string& line : log) print{" ", line};

  // The body has failed.
  log.clear();
  TaskGroup third;
  try {
    co_await asyncio::with(third, [](TaskGroup& group) -> Body {
      group.create_task(tries(group, 1));
      co_await rounds(2);
      throw skein::ValueError("body");
    });
  } catch (const skein::ExceptionGroup&) {
    log.push_back(tree(std::current_exception()));
  }
  attempt(third, gives(0, "late"));
  print{"after the body's failure", log};

  // The surrounding task is cancelled.
  for (const bool sleeps : {true, false}) {
    log.clear();
    auto task = asyncio::create_task(surrounding(sleeps));
    co_await rounds(3);
    task.cancel();
    print{"cancelled", sleeps, co_await ended(task), log};
  }

  // The body has swallowed the failure of a task.
  log.clear();
  try {
    co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
      group.create_task(fails(0, "first"));
      try {
        co_await asyncio::sleep(60);
      } catch (const asyncio::CancelledError&) {
      }
      attempt(group, gives(0, "never"));
      co_await rounds(2);
      attempt(group, gives(0, "never"));
    });
  } catch (const skein::ExceptionGroup&) {
    log.push_back(tree(std::current_exception()));
  }
  print{"swallowed", log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
