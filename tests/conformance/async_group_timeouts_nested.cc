// async_group_timeouts_nested.cc - async_group_timeouts_nested.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <optional>
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
using conformance::waits;

namespace {

using Body = asyncio::Coroutine<>;

void note(const std::string& where) { log.push_back(where + " " + str(asyncio::current_task()->cancelling())); }

// A call at the end of a block, as Python's `finally`.
struct Finally {
  const char* where;
  ~Finally() { note(where); }
};

asyncio::Coroutine<std::string> tower(double outer, double inner, std::optional<int> inner_fails,
                                      std::optional<int> outer_fails, bool catches) {
  const auto inner_body = [&](TaskGroup& group) -> Body {
    group.create_task(waits("task", 2));
    if (inner_fails.has_value()) group.create_task(fails(*inner_fails, "inner"));
    co_return;
  };
  const auto within_inner = [&]() -> Body {
    const Finally at_end{"inner group"};
    co_await asyncio::with(TaskGroup(), inner_body);
  };
  const auto caught = [&]() -> Body {
    const Finally at_end{"inner timeout"};
    try {
      co_await asyncio::with(asyncio::timeout_at(inner), within_inner);
    } catch (const std::exception&) {
      note("caught " + tree(std::current_exception()));
      if (!catches) throw;
    }
  };
  const auto outer_body = [&](TaskGroup& group) -> Body {
    if (outer_fails.has_value()) group.create_task(fails(*outer_fails, "outer"));
    co_await caught();
    log.push_back(co_await next_await());
  };
  const auto within_outer = [&]() -> Body {
    const Finally at_end{"outer group"};
    co_await asyncio::with(TaskGroup(), outer_body);
  };
  co_await asyncio::with(asyncio::timeout_at(outer), within_outer);
  co_return "through";
}

asyncio::Coroutine<> main_coroutine() {
  const double now = asyncio::get_running_loop().time();
  const double past = now - 1, far = now + 1000;
  using Count = std::optional<int>;
  const std::vector<std::pair<double, double>> times{{past, far}, {far, past}, {past, past}};
  const std::vector<std::pair<Count, Count>> counts{{{}, {}}, {0, {}}, {{}, 0}, {0, 0}};
  for (const auto& [outer, inner] : times) {
    for (const auto& [inner_fails, outer_fails] : counts) {
      for (const bool catches : {true, false}) {
        log.clear();
        auto task = asyncio::create_task(tower(outer, inner, inner_fails, outer_fails, catches));
        print{outer == past, inner == past, inner_fails, outer_fails, catches, co_await ended(task)};
        print{" ", task.cancelling(), log};
      }
    }
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
