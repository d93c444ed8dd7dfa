// event_timeouts.cc - event_timeouts.py, line by line.
#include <skein/threading.h>
#include <skein/time.h>

#include "print.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::print;
using skein::None;

int main() {
  threading::Event event;
  for (const bool flag : {false, true}) {
    if (flag) event.set();
    print{"raised:", flag};
    print{"-5:", event.wait(-5)};
    print{"-0.5:", event.wait(-0.5)};
    print{"0:", event.wait(0)};
    print{"0.01:", event.wait(0.01)};
    print{"keyword:", event.wait({.timeout = 0.01})};
  }
  print{"None:", event.wait(None)};
  print{"1000000:", event.wait(1000000)};

  event.clear();
  const double begin = time_::monotonic();
  event.wait(0.05);
  print{"not before its time:", time_::monotonic() - begin >= 0.05};

  // A flag that is raised in time ends a long wait.
  threading::Timer timer(0.01, [&] { event.set(); });
  timer.start();
  print{"raised in time:", event.wait(100)};
  print{"long before its time:", time_::monotonic() - begin < 50};
  timer.join();
}
