// timer_cancel.cc - timer_cancel.py, line by line.
#include <skein/threading.h>
#include <skein/time.h>

#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::print;
using conformance::str;

int main() {
  std::vector<std::vector<std::string>> calls;
  threading::Lock lock;

  const auto call = [&](auto... args) {
    const std::scoped_lock guard(lock);
    calls.push_back({str(args)...});
  };

  const auto run = [&](threading::Timer timer) {
    timer.start();
    timer.join();
    print{calls, timer.is_alive()};
    calls.clear();
  };

  print{"0:"};
  run(threading::Timer(0, call, "0"));
  print{"-5:"};
  run(threading::Timer(-5, call, "-5"));
  print{"-0.5:"};
  run(threading::Timer(-0.5, call, "1", "2"));
  print{"0.01:"};
  run(threading::Timer(0.01, call));

  const double begin = time_::monotonic();
  threading::Timer later(0.05, call);
  later.start();
  later.join();
  print{"not before its time:", time_::monotonic() - begin >= 0.05, calls};
  calls.clear();

  print{"cancelled before the start:"};
  threading::Timer never(0, call);
  never.cancel();
  run(std::move(never));
  print{"cancelled while it waits:"};
  threading::Timer long_one(1000, call);
  long_one.start();
  print{"waiting:", long_one.is_alive()};
  long_one.cancel();
  long_one.join();
  print{calls, long_one.is_alive()};
  print{"cancelled twice, and after its end:"};
  long_one.cancel();
  long_one.cancel();
  print{calls, long_one.is_alive()};
  print{"cancelled after its call:"};
  threading::Timer soon(0, call);
  soon.start();
  soon.join();
  soon.cancel();
  print{calls, soon.is_alive()};
  calls.clear();

  // Cancelled by its own function: too late for that.
  threading::Timer* own = nullptr;
  const auto cancel_itself = [&] {
    own->cancel();
    call("went on");
  };

  threading::Timer itself(0.01, cancel_itself);
  own = &itself;
  print{"cancelled by itself:"};
  itself.start();
  itself.join();
  print{calls, itself.is_alive()};
  calls.clear();

  // A join() that does not wait for it does not hinder it.
  threading::Timer joined(0.02, call);
  joined.start();
  joined.join(0);
  joined.join(0.001);
  joined.join();
  print{"joined for a moment:", calls};
}
