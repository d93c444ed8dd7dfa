// async_future_states.cc - async_future_states.py, line by line.
#include <skein/asyncio.h>

#include <string>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;
using conformance::said;

namespace {

// The outcome; a CancelledError too.
template <class Call>
std::string cancelled_text(Call call) {
  try {
    return outcome(call);
  } catch (const asyncio::CancelledError&) {
    return said(std::current_exception());
  }
}

void show(const std::string& what, const asyncio::Future<int>& f) {
  print{what,
        f.done(),
        f.cancelled(),
        "| result:",
        cancelled_text([&] { return f.result(); }),
        "| exception:",
        cancelled_text([&] { return said(f.exception()); })};
}

void attempts(const std::string& what, asyncio::Future<int> f) {
  print{what,
        "again:",
        outcome([&] { f.set_result(2); }),
        "|",
        outcome([&] { f.set_exception(skein::ValueError("2")); }),
        "|",
        f.cancel(),
        f.cancel("late")};
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  auto pending = loop.create_future<int>();
  show("pending", pending);

  auto finished = loop.create_future<int>();
  finished.set_result(1);
  show("finished", finished);
  attempts("finished", finished);
  show("finished", finished);

  auto failed = loop.create_future<int>();
  failed.set_exception(skein::ValueError("no"));
  show("failed", failed);
  attempts("failed", failed);
  show("failed", failed);

  auto cancelled = loop.create_future<int>();
  print{cancelled.cancel()};
  show("cancelled", cancelled);
  attempts("cancelled", cancelled);
  show("cancelled", cancelled);

  auto message = loop.create_future<int>();
  print{message.cancel("enough")};
  show("message", message);
  show("message", message);
  attempts("message", message);
  show("message", message);

  // A cancellation as an exception is one, and not a cancelled future.
  auto odd = loop.create_future<int>();
  odd.set_exception(asyncio::CancelledError("odd"));
  show("odd", odd);
  attempts("odd", odd);

  // The same future belongs to the loop that it was made in.
  print{pending.get_loop() == loop, asyncio::isfuture(pending), asyncio::isfuture(3)};
  pending.cancel();
  co_return;
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
