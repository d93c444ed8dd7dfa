// async_group_uncancel.cc - async_group_uncancel.py, line by line.
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
using conformance::str;
using conformance::tree;

namespace {

using Body = asyncio::Coroutine<>;

asyncio::AnyTask this_task() { return *asyncio::current_task(); }

Body passes_it_on() { co_await asyncio::sleep(60); }

Body swallows_it() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.push_back("swallowed, " + str(this_task().cancelling()));
  }
}

Body replaces_it() {
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    throw skein::ValueError("body");
  }
}

Body takes_it_back() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.push_back("taken back, " + str(this_task().uncancel()));
  }
}

Body takes_back_too_much() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    for (int i = 0; i < 3; ++i) this_task().uncancel();
    throw;
  }
}

Body is_cancelled_besides() {
  try {
    co_await asyncio::sleep(60);
  } catch (...) {
    this_task().cancel("besides");
    throw;
  }
}

Body swallows_both() {
  for (int i = 0; i < 2; ++i) {
    try {
      co_await asyncio::sleep(60);
    } catch (const asyncio::CancelledError&) {
      log.push_back("swallowed, " + str(this_task().cancelling()));
      if (this_task().cancelling() == 1) this_task().cancel();
    }
  }
}

Body around(Body (*body)()) {
  try {
    co_await asyncio::with(TaskGroup(), [=](TaskGroup& group) -> Body {
      group.create_task(fails(1, "task"));
      co_await body();
    });
    log.emplace_back("nothing");
  } catch (const skein::ExceptionGroup&) {
    log.push_back(tree(std::current_exception()) + ", " + str(this_task().cancelling()));
  }
  log.push_back(co_await next_await());
  log.push_back(co_await next_await());
}

asyncio::Coroutine<> main_coroutine() {
  using Named = std::pair<std::string, Body (*)()>;
  const std::vector<Named> bodies{{"passes_it_on", passes_it_on},
                                  {"swallows_it", swallows_it},
                                  {"replaces_it", replaces_it},
                                  {"takes_it_back", takes_it_back},
                                  {"takes_back_too_much", takes_back_too_much},
                                  {"is_cancelled_besides", is_cancelled_besides},
                                  {"swallows_both", swallows_both}};
  for (const auto& [name, body] : bodies) {
    log.clear();
    auto task = asyncio::create_task(around(body));
    co_await asyncio::wait(std::vector{task});
    print{name, task.cancelled(), task.cancelling()};
    for (const std::string& line : log) print{" ", line};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
