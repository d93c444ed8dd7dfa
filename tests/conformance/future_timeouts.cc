// future_timeouts.cc - future_timeouts.py, line by line.
#include <skein/futures.h>

#include <concepts>

#include "print.h"

namespace futures = skein::futures;
using conformance::outcome;
using conformance::print;
using skein::None;

int main() {
  futures::Future<int> f;
  const auto result = [&](skein::Timeout timeout) { return outcome([&] { return f.result({.timeout = timeout}); }); };
  const auto exception = [&](skein::Timeout timeout) {
    return outcome([&] { return f.exception({.timeout = timeout}) == nullptr ? "None" : "an exception"; });
  };

  print{0, result(0), exception(0)};
  print{-1, result(-1), exception(-1)};
  print{"-0.5", result(-0.5), exception(-0.5)};
  print{"0.01", result(0.01), exception(0.01)};
  f.set_running_or_notify_cancel();
  print{"running:", result(0), exception(-1), f.running()};
  f.set_result(1);
  print{0, result(0), exception(0)};
  print{-1, result(-1), exception(-1)};
  print{None, result(None), exception(None)};
  print{1000, result(1000), exception(1000)};

  f = futures::Future<int>();
  f.set_exception(skein::ValueError("bad"));
  print{0, result(0), f.exception(0) == f.exception()};
  print{-1, result(-1), f.exception(-1) == f.exception()};
  print{None, result(None), f.exception(None) == f.exception()};

  f = futures::Future<int>();
  f.cancel();
  print{0, result(0), exception(0)};
  print{-1, result(-1), exception(-1)};
  print{None, result(None), exception(None)};

  // What a task raises, and what happens when the time is over, are the same type.
  f = futures::Future<int>();
  f.set_exception(skein::TimeoutError("the task's own"));
  print{result(0), std::same_as<futures::TimeoutError, skein::TimeoutError>};
}
