// async_never_retrieved.cc - async_never_retrieved.py, line by line.
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;

namespace {

using Log = std::vector<std::string>;
Log log;

asyncio::Coroutine<> fails(std::string text) {
  throw skein::ValueError(text);
  co_return;
}

void note(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  log.push_back(context.message.substr(0, context.message.find('\n')) + ": " + said(context.exception));
}

template <class Make>
asyncio::Coroutine<std::tuple<std::size_t, Log>> dropped(Make make,
                                                         std::function<void(asyncio::AnyFuture)> look = nullptr) {
  log.clear();
  std::optional future = make();
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  if (look != nullptr) look(*future);
  const std::size_t before = log.size();
  future.reset();
  co_return {before, log};
}

asyncio::Future<void> make_future() {
  auto future = asyncio::get_running_loop().create_future();
  future.set_exception(skein::ValueError("future"));
  return future;
}

asyncio::Task<void> make_task() { return asyncio::create_task(fails("task")); }

void look_at_result(const asyncio::AnyFuture& future) {
  try {
    future.get<void>().result();
  } catch (const skein::ValueError&) {
  }
}

asyncio::Coroutine<> check(std::string name, auto make) {
  print{name, co_await dropped(make)};
  print{name, "exception()", co_await dropped(make, [](const auto& future) { static_cast<void>(future.exception()); })};
  print{name, "result()", co_await dropped(make, look_at_result)};
  print{name, "cancel()", co_await dropped(make, [](auto future) { future.cancel(); })};
  print{name, "done()", co_await dropped(make, [](const auto& future) { static_cast<void>(future.done()); })};
}

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_exception_handler(note);
  co_await check("future:", make_future);
  co_await check("task:", make_task);

  // Awaited.
  log.clear();
  {
    auto task = make_task();
    print{co_await awaited(task)};
  }
  print{"awaited:", log};

  // In wait(), which does not ask; in FIRST_EXCEPTION, which does; in gather().
  for (const auto& [what, name] :
       {std::pair(asyncio::ALL_COMPLETED, "ALL_COMPLETED"), std::pair(asyncio::FIRST_EXCEPTION, "FIRST_EXCEPTION")}) {
    {
      auto task = make_task();
      co_await asyncio::wait(std::vector{task}, {.return_when = what});
    }
    print{name, log};
    log.clear();
  }
  {
    std::vector<asyncio::Task<void>> tasks;
    tasks.push_back(make_task());
    tasks.push_back(asyncio::create_task(fails("second")));
    std::string ended = "None";
    try {
      co_await asyncio::gather(tasks);
    } catch (...) {
      ended = said(std::current_exception());
    }
    print{ended};
    co_await asyncio::sleep(0);
  }
  print{"gather:", log};

  // It is the loop's handler at that time that hears of it.
  {
    auto task = make_task();
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    asyncio::get_running_loop().set_exception_handler([](auto&&...) { log.emplace_back("another handler"); });
  }
  print{log};
}

}  // namespace

int main() { asyncio::run(main_program); }
