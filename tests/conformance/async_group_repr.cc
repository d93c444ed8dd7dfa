// async_group_repr.cc - async_group_repr.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <sstream>
#include <string>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::fails;
using conformance::print;
using conformance::rounds;
using conformance::spoils;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

std::string repr(const TaskGroup& group) {
  std::ostringstream text;
  text << group;
  return text.str();
}

asyncio::Coroutine<> main_coroutine() {
  TaskGroup first;
  print{"made", repr(first)};
  co_await asyncio::with(first, [](TaskGroup& group) -> Body {
    print{"entered", repr(group)};
    auto one = group.create_task(rounds(1));
    print{"with a task", repr(group)};
    group.create_task(rounds(3));
    print{"with two", repr(group)};
    co_await one;
    co_await asyncio::sleep(0);
    print{"one is through", repr(group)};
    auto last = group.create_task(rounds(5));
    last.add_done_callback([&](const asyncio::AnyFuture& /*task*/) { print{"the last is through", repr(group)}; });
  });
  print{"left", repr(first)};

  // With failures.
  TaskGroup second;
  try {
    co_await asyncio::with(second, [](TaskGroup& group) -> Body {
      group.create_task(spoils(1, "second"));
      group.create_task(spoils(3, "third"));
      group.create_task(fails(1, "first"));
      std::exception_ptr error;
      try {
        co_await asyncio::sleep(60);
      } catch (...) {
        error = std::current_exception();
      }
      print{"after the first", repr(group)};
      for (int i = 0; i < 2; ++i) {
        co_await rounds(4);
        print{"later", repr(group)};
      }
      std::rethrow_exception(error);
    });
  } catch (const skein::ExceptionGroup&) {
  }

  // Cancelled from outside.
  TaskGroup third;
  auto task = asyncio::create_task(asyncio::with(third, [](TaskGroup& group) -> Body {
    group.create_task(waits("one", 1));
    group.create_task(waits("other", 3));
    co_return;
  }));
  co_await rounds(3);
  print{"before", repr(third)};
  task.cancel();
  print{"at once", repr(third)};
  for (int count = 0; count < 8; ++count) {
    co_await asyncio::sleep(0);
    print{count, repr(third)};
  }

  // The body fails.
  try {
    co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
      group.create_task(waits("task")).add_done_callback([&](const asyncio::AnyFuture& /*task*/) {
        print{"the body has failed", repr(group)};
      });
      throw skein::ValueError("body");
      co_return;
    });
  } catch (const skein::ExceptionGroup&) {
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
