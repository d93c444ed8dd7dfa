// async_group_system_exit.cc - async_group_system_exit.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::log;
using conformance::print;
using conformance::said;
using conformance::spoils;
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

template <class Error>
Body leaves() {
  co_await asyncio::sleep(0);
  throw Error();
}

template <class Error>
Body in_the_body(TaskGroup& group) {
  group.create_task(waits("task"));
  group.create_task(leaves<Error>());
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    log.emplace_back("body is cancelled");
    throw;
  }
}

template <class Error>
Body at_the_end(TaskGroup& group) {
  group.create_task(waits("task", 2));
  group.create_task(leaves<Error>());
  co_return;
}

template <class Error>
Body beside_a_failure(TaskGroup& group) {
  group.create_task(spoils(0, "task"));
  group.create_task(leaves<Error>());
  co_return;
}

template <class Error>
Body both(TaskGroup& group) {
  group.create_task(leaves<Error>());
  group.create_task(leaves<skein::KeyboardInterrupt>());
  group.create_task(leaves<skein::SystemExit>());
  co_return;
}

template <class Error>
void check() {
  using Named = std::pair<std::string, Body (*)(TaskGroup&)>;
  const std::vector<Named> bodies{{"in_the_body", in_the_body<Error>},
                                  {"at_the_end", at_the_end<Error>},
                                  {"beside_a_failure", beside_a_failure<Error>},
                                  {"both", both<Error>}};
  for (const auto& [name, body] : bodies) {
    log.clear();
    asyncio::EventLoop loop = asyncio::new_event_loop();
    loop.set_exception_handler([](const asyncio::EventLoop&, const asyncio::ExceptionContext&) {});
    auto task = loop.create_task(asyncio::with(TaskGroup(), body));
    std::vector<std::string> runs;
    while (!task.done()) {
      try {
        loop.call_soon([loop]() mutable { loop.stop(); });
        loop.run_forever();
        runs.emplace_back("-");
      } catch (...) {
        runs.push_back(said(std::current_exception()));
      }
    }
    print{name, said(task.exception()), runs, log};
    loop.close();
  }
}

}  // namespace

int main() {
  check<skein::SystemExit>();
  check<skein::KeyboardInterrupt>();
}
