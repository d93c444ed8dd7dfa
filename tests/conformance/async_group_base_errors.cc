// async_group_base_errors.cc - async_group_base_errors.py, line by line.
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
using conformance::said;
using conformance::spoils;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

template <class Error>
Body at_once(TaskGroup& group) {
  group.create_task(waits("never begun"));
  throw Error();
  co_return;
}

template <class Error>
Body while_one_waits(TaskGroup& group) {
  group.create_task(waits("task", 2));
  co_await rounds(2);
  throw Error();
}

template <class Error>
Body after_a_failure(TaskGroup& group) {
  group.create_task(fails(1, "task"));
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    throw Error();
  }
}

template <class Error>
Body before_a_failure(TaskGroup& group) {
  group.create_task(spoils(1, "task"));
  co_await rounds(2);
  throw Error();
}

template <class Error>
Body in_a_nested_one(TaskGroup& outer) {
  outer.create_task(waits("of the outer"));
  co_await asyncio::with(TaskGroup(), [](TaskGroup& inner) -> Body {
    inner.create_task(waits("of the inner"));
    co_await rounds(2);
    throw Error();
  });
}

template <class Error>
Body check() {
  asyncio::AnyTask task = *asyncio::current_task();
  using Named = std::pair<std::string, Body (*)(TaskGroup&)>;
  const std::vector<Named> bodies{{"at_once", at_once<Error>},
                                  {"while_one_waits", while_one_waits<Error>},
                                  {"after_a_failure", after_a_failure<Error>},
                                  {"before_a_failure", before_a_failure<Error>},
                                  {"in_a_nested_one", in_a_nested_one<Error>}};
  for (const auto& [name, body] : bodies) {
    log.clear();
    std::exception_ptr error;
    try {
      co_await asyncio::with(TaskGroup(), body);
    } catch (...) {
      error = std::current_exception();
    }
    // A failure of a task leaves the cancel() of the group behind.
    print{name, said(error), task.cancelling(), log, co_await next_await()};
    while (task.cancelling() > 0) task.uncancel();
  }
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::get_running_loop().set_exception_handler([](const asyncio::EventLoop&, const asyncio::ExceptionContext&) {});
  co_await check<skein::KeyboardInterrupt>();
  co_await check<skein::SystemExit>();
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
