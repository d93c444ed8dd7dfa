// condition_timeouts.cc - condition_timeouts.py, line by line.
#include <skein/threading.h>
#include <skein/time.h>

#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;
using skein::None;

int main() {
  threading::Condition condition;
  {
    const std::scoped_lock guard(condition);
    print{"-5:", condition.wait(-5)};
    print{"-0.5:", condition.wait(-0.5)};
    print{"0:", condition.wait(0)};
    print{"0.01:", condition.wait(0.01)};
    print{"keyword:", condition.wait({.timeout = 0.01})};
    const double begin = time_::monotonic();
    condition.wait(0.05);
    print{"not before its time:", time_::monotonic() - begin >= 0.05};
    print{"the lock is held again:", outcome([&] { condition.notify(); })};
  }

  // The lock is given up while the time runs, and a notification makes it True.
  const auto notify = [&] {
    const std::scoped_lock guard(condition);
    condition.notify();
  };

  const auto wait_for_notification = [&](auto timeout) {
    threading::Thread thread(notify);
    {
      const std::scoped_lock guard(condition);
      thread.start();
      print{timeout, "and a notification:", condition.wait(timeout)};
    }
    thread.join();
  };
  wait_for_notification(None);
  wait_for_notification(100);

  // A wait whose time has run out comes back only with the lock.
  threading::Event held;
  std::vector<std::string> log;
  const auto hold = [&] {
    const std::scoped_lock guard(condition);
    held.set();
    time_::sleep(0.05);
    log.push_back("release");
  };

  threading::Thread thread(hold);
  {
    const std::scoped_lock guard(condition);
    thread.start();
    while (!held.is_set()) condition.wait(0.001);
    log.push_back("back");
  }
  thread.join();
  print{log};
}
