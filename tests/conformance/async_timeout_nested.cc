// async_timeout_nested.cc - async_timeout_nested.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;
double past, far;

std::string cancelling() { return str(asyncio::current_task()->cancelling()); }

Work nested(double outer_when, double inner_when, bool inner_catches) {
  co_await asyncio::with(asyncio::timeout_at(outer_when), [=](asyncio::Timeout& outer) -> asyncio::Coroutine<> {
    asyncio::Timeout inner = asyncio::timeout_at(inner_when);
    const auto note = [&](const std::string& where) {
      log.push_back(where + " " + str(outer.expired()) + " " + str(inner.expired()) + " " + cancelling());
    };
    try {
      co_await asyncio::with(inner, [&]() -> asyncio::Coroutine<> {
        try {
          co_await asyncio::sleep(60);
        } catch (...) {
          note("body");
          throw;
        }
      });
    } catch (const skein::TimeoutError&) {
      log.emplace_back("inner TimeoutError");
      note("between");
      if (!inner_catches) throw;
    } catch (...) {
      note("between");
      throw;
    }
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    log.emplace_back("outer goes on");
  });
  co_return "through";
}

Work later() {
  co_await asyncio::with(asyncio::timeout(skein::None), [](asyncio::Timeout& outer) -> asyncio::Coroutine<> {
    try {
      co_await asyncio::with(asyncio::timeout_at(past), [&]() -> asyncio::Coroutine<> {
        bool caught = false;
        try {
          co_await asyncio::sleep(60);
        } catch (const asyncio::CancelledError&) {
          caught = true;
        }
        if (caught) {
          outer.reschedule(past);
          log.emplace_back("caught");
          co_await asyncio::sleep(60);
        }
      });
    } catch (const skein::TimeoutError&) {
      log.emplace_back("inner TimeoutError");
    } catch (const asyncio::CancelledError&) {
      log.emplace_back("inner CancelledError");
      throw;
    }
  });
  co_return "through";
}

asyncio::Coroutine<> deep(int depth) {
  if (depth == 0) co_await asyncio::sleep(60);
  try {
    co_await asyncio::with(asyncio::timeout_at(past), [=]() -> asyncio::Coroutine<> { co_await deep(depth - 1); });
  } catch (...) {
    log.push_back(str(depth) + " " + said(std::current_exception()) + " " + cancelling());
    throw;
  }
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  past = loop.time() - 1;
  far = loop.time() + 1000;

  const std::vector<std::tuple<double, double, std::string>> cases{
      {past, far, "outer"}, {far, past, "inner"}, {past, past, "both"}};
  for (const auto& [outer_when, inner_when, what] : cases) {
    for (const bool inner_catches : {true, false}) {
      log.clear();
      auto task = asyncio::create_task(nested(outer_when, inner_when, inner_catches));
      print{what, inner_catches, co_await awaited(task), task.cancelling(), log};
    }
  }

  // The outer one runs out while the inner one deals with its own.
  log.clear();
  auto late = asyncio::create_task(later());
  print{co_await awaited(late), late.cancelling(), log};

  // Five, all of them past.
  log.clear();
  auto task = asyncio::create_task(deep(5));
  print{co_await awaited(task), task.cancelling(), log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
