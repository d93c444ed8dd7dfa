// async_group_both_fail.cc - async_group_both_fail.py, line by line.
#include <skein/asyncio.h>

#include <array>
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
using conformance::log;
using conformance::next_await;
using conformance::print;
using conformance::str;
using conformance::tree;

namespace {

using Body = asyncio::Coroutine<>;

void note(const std::string& where) {
  log.push_back(where + ": " + tree(std::current_exception()) + ", " + str(asyncio::current_task()->cancelling()));
}

Body both(int inner_count, int outer_count, bool catches) {
  try {
    co_await asyncio::with(TaskGroup(), [=](TaskGroup& outer) -> Body {
      try {
        co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Body {
          inner.create_task(fails(inner_count, "inner"));
          outer.create_task(fails(outer_count, "outer"));
          co_return;
        });
      } catch (const skein::ExceptionGroup&) {
        note("between");
        if (!catches) throw;
      }
      try {
        co_await asyncio::sleep(60);
      } catch (...) {
        log.push_back("the body is cancelled, " + str(asyncio::current_task()->cancelling()));
        throw;
      }
    });
  } catch (const skein::ExceptionGroup&) {
    note("after");
  }
  log.push_back(co_await next_await());
}

// As both(), with one group more.
Body three(int inner_count, int middle_count, int outer_count) {
  try {
    co_await asyncio::with(TaskGroup(), [=](TaskGroup& outer) -> Body {
      try {
        co_await asyncio::with(TaskGroup(), [&](TaskGroup& middle) -> Body {
          try {
            co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Body {
              inner.create_task(fails(inner_count, "inner"));
              middle.create_task(fails(middle_count, "middle"));
              outer.create_task(fails(outer_count, "outer"));
              co_return;
            });
          } catch (const skein::ExceptionGroup&) {
            note("inner");
          }
          co_await asyncio::sleep(60);
        });
      } catch (const skein::ExceptionGroup&) {
        note("middle");
      }
      co_await asyncio::sleep(60);
    });
  } catch (const skein::ExceptionGroup&) {
    note("outer");
  }
  log.push_back(co_await next_await());
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<std::pair<int, int>> counts{{1, 1}, {1, 2}, {2, 1}, {1, 3}, {3, 1}};
  for (const auto& [inner_count, outer_count] : counts) {
    for (const bool catches : {true, false}) {
      log.clear();
      print{inner_count, outer_count, catches, co_await ended(both(inner_count, outer_count, catches))};
      for (const std::string& line : log) print{" ", line};
    }
  }

  const std::vector<std::array<int, 3>> triples{{1, 1, 1}, {1, 2, 2}, {3, 2, 1}, {2, 1, 1}, {1, 2, 1}};
  for (const auto& [one, two, three_] : triples) {
    log.clear();
    print{one, two, three_, co_await ended(three(one, two, three_))};
    for (const std::string& line : log) print{" ", line};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
