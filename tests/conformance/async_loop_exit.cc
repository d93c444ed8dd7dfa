// async_loop_exit.cc - async_loop_exit.py, line by line.
#include <exception>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

void append(const std::string& text) { log.push_back(text); }

void run(asyncio::EventLoop loop, auto what) {
  try {
    log.push_back("returned " + str(loop.run_until_complete(what)));
  } catch (...) {
    log.push_back(said(std::current_exception()));
  }
}

template <class E>
asyncio::Coroutine<> leaves() {
  co_await asyncio::sleep(0);
  throw E();
}

asyncio::Coroutine<std::string> waits(asyncio::Task<void> task) {
  try {
    co_await task;
  } catch (...) {
    log.push_back("the waiter: " + said(std::current_exception()));
  }
  co_return "waited";
}

template <class E>
void check() {
  log.clear();
  auto loop = asyncio::new_event_loop();
  loop.set_exception_handler([](auto&&...) { log.emplace_back("handler"); });

  // Out of a callback: what stands behind it in the round is there still.
  loop.call_soon(append, "before");
  loop.call_soon([] { throw E(); });
  loop.call_soon(append, "behind");
  auto future = loop.create_future<int>();
  loop.call_soon([&] { future.set_result(1); });
  run(loop, future);
  print{log, loop.is_running(), loop.is_closed(), future.done()};
  log.clear();
  run(loop, future);
  print{log};

  // Out of a done callback.
  log.clear();
  future = loop.create_future<int>();
  future.add_done_callback([](const auto& /*f*/) { throw E(); });
  loop.call_soon([&] { future.set_result(2); });
  run(loop, future);
  print{log, future.result()};
  loop.close();

  // Out of a task: that ends with it, too.
  log.clear();
  loop = asyncio::new_event_loop();
  auto task = loop.create_task(leaves<E>());
  auto waiter = loop.create_task(waits(task));
  run(loop, waiter);
  print{log, task.done(), said(task.exception()), waiter.done()};
  log.clear();
  run(loop, waiter);
  print{log};
  loop.close();
}

}  // namespace

int main() {
  check<skein::SystemExit>();
  check<skein::KeyboardInterrupt>();
}
