// async_timeout_zero.cc - async_timeout_zero.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

using Work = asyncio::Coroutine<std::string>;

std::vector<std::string> log;

Work waits_zero(asyncio::Timeout& limit) {
  co_await asyncio::with(limit, []() -> asyncio::Coroutine<> {
    co_await asyncio::sleep(0);
    log.emplace_back("went on");
    co_await asyncio::sleep(0);
    log.emplace_back("went on again");
  });
  co_return "None";
}

Work waits_long(asyncio::Timeout& limit) {
  co_await asyncio::with(limit, []() -> asyncio::Coroutine<> { co_await asyncio::sleep(60); });
  co_return "None";
}

Work does_not_wait(asyncio::Timeout& limit) {
  co_await asyncio::with(limit, []() -> asyncio::Coroutine<> {
    log.emplace_back("body");
    co_return;
  });
  co_await asyncio::sleep(0);
  co_return "no wait";
}

Work waits_for_finished(asyncio::Timeout& limit) {
  auto done = asyncio::get_running_loop().create_future<std::string>();
  done.set_result("finished");
  co_await asyncio::with(limit, [&]() -> asyncio::Coroutine<> { log.push_back(co_await done); });
  co_return "no wait";
}

Work waits_behind(asyncio::Timeout& limit) {
  co_await asyncio::with(limit, []() -> asyncio::Coroutine<> {
    log.emplace_back("body");
    co_return;
  });
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  co_return "through";
}

Work reschedules(double when) {
  co_await asyncio::with(asyncio::timeout(skein::None), [=](asyncio::Timeout& limit) -> asyncio::Coroutine<> {
    co_await asyncio::sleep(0);
    limit.reschedule(when);
    log.emplace_back("rescheduled");
    co_await asyncio::sleep(0);
    log.emplace_back("went on");
    co_await asyncio::sleep(60);
  });
  co_return "None";
}

Work in_time() {
  co_await asyncio::with(asyncio::timeout(0), [](asyncio::Timeout& limit) -> asyncio::Coroutine<> {
    limit.reschedule(asyncio::get_running_loop().time() + 1000);
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
  });
  co_return "in time";
}

asyncio::Coroutine<> cancelled_before(skein::Timeout delay) {
  asyncio::AnyTask task = asyncio::current_task().value();
  task.cancel();
  try {
    co_await asyncio::with(asyncio::timeout(delay), []() -> asyncio::Coroutine<> { co_await asyncio::sleep(60); });
  } catch (const skein::TimeoutError&) {
    log.emplace_back("TimeoutError");
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("CancelledError");
  }
  log.push_back(str(task.cancelling()));
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  const std::vector<std::pair<std::string, Work (*)(asyncio::Timeout&)>> functions{
      {"waits_zero", waits_zero},
      {"waits_long", waits_long},
      {"does_not_wait", does_not_wait},
      {"waits_for_finished", waits_for_finished},
      {"waits_behind", waits_behind}};
  for (const auto& [name, function] : functions) {
    for (int which = 0; which < 3; ++which) {
      asyncio::Timeout limit = which == 0   ? asyncio::timeout(0)
                               : which == 1 ? asyncio::timeout(-11)
                                            : asyncio::timeout_at(loop.time() - 5);
      log.clear();
      auto task = asyncio::create_task(function(limit));
      print{name, co_await awaited(task), task.cancelled(), task.cancelling(), limit.expired(), log};
    }
  }

  // Rescheduled into the past.
  for (const double when : {loop.time(), -1.0}) {
    log.clear();
    print{co_await awaited(reschedules(when)), log};
  }

  // Rescheduled into the future in the round in which it would have run out.
  print{co_await awaited(in_time())};

  // Cancelled before, by itself.
  log.clear();
  for (const skein::Timeout delay : {skein::Timeout(1000), skein::Timeout(skein::None)}) {
    auto task = asyncio::create_task(cancelled_before(delay));
    print{co_await awaited(task), log};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
