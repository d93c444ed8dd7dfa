// async_system_exit.cc - async_system_exit.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::said;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

void reports(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  log.push_back("reported: " + context.message.substr(0, context.message.find(' ')));
}

std::string type_of(const std::exception_ptr& error) {
  const std::string text = said(error);
  return text.substr(0, text.find(':'));
}

void run(const std::string& what, const asyncio::EventLoop& loop, const std::function<std::string()>& call) {
  std::string ended;
  try {
    ended = call();
  } catch (...) {
    ended = type_of(std::current_exception());
  }
  print{what, ended, loop.is_running(), log};
  log.clear();
}

template <class Error>
void leaves() {
  log.emplace_back("leaves");
  if constexpr (std::is_same_v<Error, skein::ValueError>) {
    throw skein::ValueError("");
  } else {
    throw Error();
  }
}

template <class Error>
asyncio::Coroutine<> task_leaves() {
  co_await asyncio::sleep(0);
  log.emplace_back("task");
  throw Error();
}

asyncio::Coroutine<> long_one() {
  struct Finally {
    ~Finally() { log.emplace_back("long ends"); }
  } const finally;
  co_await asyncio::sleep(60);
}

template <class Error>
void check(asyncio::EventLoop loop) {
  // One round more.
  const auto once = [&]() -> std::string {
    loop.call_soon([loop]() mutable { loop.stop(); });
    loop.run_forever();
    return "None";
  };
  const auto for_ever = [&]() -> std::string {
    loop.run_forever();
    return "None";
  };

  // In a callback.
  loop.call_soon(leaves<Error>);
  loop.call_soon(note, "behind");
  run("callback", loop, for_ever);
  run("rest", loop, once);

  // In a done callback.
  auto future = loop.create_future<int>();
  future.add_done_callback([](const asyncio::AnyFuture& /*f*/) { leaves<Error>(); });
  future.add_done_callback([](const asyncio::AnyFuture& /*f*/) { note("second"); });
  loop.call_soon([future]() mutable { future.set_result(1); });
  run("done callback", loop, for_ever);
  run("rest", loop, once);

  // In the task that is waited for.
  auto task = loop.create_task(task_leaves<Error>());
  run("task", loop, [&]() -> std::string {
    loop.run_until_complete(task);
    return "None";
  });
  print{task.done(), task.cancelled(), type_of(task.exception())};

  // In another one.
  auto other = loop.create_task(task_leaves<Error>());
  auto main_task = loop.create_task(long_one());
  run("other", loop, [&]() -> std::string {
    loop.run_until_complete(main_task);
    return "None";
  });
  print{other.done(), type_of(other.exception()), main_task.done()};
  main_task.cancel();
  run("rest", loop, once);
  run("rest", loop, once);
  print{main_task.cancelled()};

  // In an exception handler.
  loop.set_exception_handler(
      [](const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& /*context*/) { leaves<Error>(); });
  loop.call_soon(leaves<skein::ValueError>);
  loop.call_soon(note, "behind");
  run("handler", loop, [&]() -> std::string {
    once();
    return "went on";
  });
  run("rest", loop, once);
  loop.set_exception_handler(reports);
}

}  // namespace

int main() {
  asyncio::EventLoop loop = asyncio::new_event_loop();
  loop.set_exception_handler(reports);
  check<skein::SystemExit>(loop);
  check<skein::KeyboardInterrupt>(loop);
  loop.close();
}
