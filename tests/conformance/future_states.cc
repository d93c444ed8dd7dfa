// future_states.cc - future_states.py, line by line.
#include <skein/futures.h>

#include <tuple>

#include "print.h"

namespace futures = skein::futures;
using conformance::outcome;
using conformance::print;

namespace {

std::tuple<bool, bool, bool> states(const futures::AnyFuture& f) { return {f.running(), f.cancelled(), f.done()}; }

}  // namespace

int main() {
  const auto result = [](const futures::Future<int>& f) { return outcome([&] { return f.result(); }); };
  const auto exception = [](const futures::Future<int>& f) {
    return outcome([&] { return f.exception() == nullptr ? "None" : "an exception"; });
  };

  futures::Future<int> f;
  print{"pending:", states(f)};
  f.set_result(1);
  print{"set without running:", states(f), f.result(), exception(f)};

  f = futures::Future<int>();
  const bool may_run = f.set_running_or_notify_cancel();
  print{"may run:", may_run, states(f)};
  bool cancelled = f.cancel();
  print{"cancel:", cancelled, states(f)};
  f.set_result(2);
  print{"finished:", states(f), f.result(), f.result()};
  cancelled = f.cancel();
  print{"cancel:", cancelled, states(f), f.result()};

  f = futures::Future<int>();
  f.set_exception(skein::ValueError("bad"));
  print{"failed:", states(f), result(f), "and again", result(f)};
  cancelled = f.cancel();
  print{"cancel:", cancelled, states(f)};

  f = futures::Future<int>();
  cancelled = f.cancel();
  print{"cancel:", cancelled, states(f), result(f), exception(f)};
  cancelled = f.cancel();
  print{"cancel again:", cancelled, states(f)};
  const bool may_still_run = f.set_running_or_notify_cancel();
  print{"may run:", may_still_run, states(f)};
  cancelled = f.cancel();
  print{"cancel again:", cancelled, states(f), result(f)};
}
