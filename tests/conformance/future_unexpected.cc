// future_unexpected.cc - future_unexpected.py, line by line.
#include <skein/futures.h>

#include "print.h"

namespace futures = skein::futures;
using conformance::outcome;
using conformance::print;

int main() {
  futures::Future<void> f;
  const auto run = [&] { return outcome([&] { return f.set_running_or_notify_cancel(); }); };

  print{"pending:", run()};
  print{"running:", run(), f.running()};
  f.set_result();
  print{"finished:", run(), f.done(), f.running()};

  f = futures::Future<void>();
  f.set_exception(skein::RuntimeError("failed"));
  print{"failed:", run(), outcome([&] { f.result(); })};

  f = futures::Future<void>();
  f.cancel();
  print{"cancelled:", run(), f.cancelled()};
  print{"cancelled and told:", run(), f.cancelled()};
}
