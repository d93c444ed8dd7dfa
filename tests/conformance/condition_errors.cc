// condition_errors.cc - condition_errors.py, line by line.
#include <skein/threading.h>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

namespace {

void check(threading::Condition& condition) {
  print{"wait:", outcome([&] { return condition.wait(); })};
  print{"wait(0):", outcome([&] { return condition.wait(0); })};
  print{"wait_for, false:", outcome([&] { return condition.wait_for([] { return false; }); })};
  print{"wait_for, true:", outcome([&] { return condition.wait_for([] { return true; }); })};
  print{"notify:", outcome([&] { condition.notify(); })};
  print{"notify(0):", outcome([&] { condition.notify(0); })};
  print{"notify_all:", outcome([&] { condition.notify_all(); })};
  print{"release:", outcome([&] { condition.release(); })};

  print{"acquire:", condition.acquire()};
  print{"notify:", outcome([&] { condition.notify(); })};
  print{"notify(5):", outcome([&] { condition.notify(5); })};
  print{"notify(-1):", outcome([&] { condition.notify(-1); })};
  print{"notify_all:", outcome([&] { condition.notify_all(); })};
  print{"wait(0):", outcome([&] { return condition.wait(0); })};
  // A Lock has no owner, so that a thread may notify while another one holds it.
  print{"another thread notifies:", in_thread([&] { condition.notify(); })};
  print{"another thread notifies all:", in_thread([&] { condition.notify_all(); })};
  print{"another thread acquires:", in_thread([&] { return condition.acquire(false); })};
  print{"release:", outcome([&] { condition.release(); })};
  print{"notify:", outcome([&] { condition.notify(); })};
  print{"release once more:", outcome([&] { condition.release(); })};
}

}  // namespace

int main() {
  print{"its own RLock"};
  threading::Condition own;
  check(own);
  print{"an RLock"};
  threading::RLock rlock;
  threading::Condition with_rlock(rlock);
  check(with_rlock);
  print{"a Lock"};
  threading::Lock lock;
  threading::Condition with_lock(lock);
  check(with_lock);
}
