// mp_condition_errors.cc - mp_condition_errors.py, line by line.
#include <skein/multiprocessing/condition.h>

#include <mutex>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::in_process;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  multiprocessing::Condition own;
  const auto no = [] { return false; };
  const auto notify = [&] { own.notify(); };
  print{"wait:", outcome([&] { return own.wait(); })};
  print{"wait(0):", outcome([&] { return own.wait(0); })};
  print{"notify:", outcome(notify)};
  print{"notify(0):", outcome([&] { own.notify(0); })};
  print{"notify_all:", outcome([&] { own.notify_all(); })};
  print{"wait_for what is true:", outcome([&] { return own.wait_for([] { return true; }); })};
  print{"wait_for in no time:", outcome([&] { return own.wait_for(no, 0); })};
  print{"wait_for in less:", outcome([&] { return own.wait_for(no, -1); })};
  print{"wait_for what is not:", outcome([&] { return own.wait_for(no); })};
  print{"release:", outcome([&] { own.release(); })};

  print{"acquire:", own.acquire(), own.acquire(false)};
  print{"notify:", outcome(notify), outcome([&] { own.notify(3); }), outcome([&] { own.notify_all(); })};
  print{"wait(0):", outcome([&] { return own.wait(0); }), outcome([&] { return own.wait(-1); }),
        outcome([&] { return own.wait(0.01); })};
  print{"a thread:", in_thread(notify), in_thread([&] { return own.wait(0); })};
  print{"a child:", in_process(notify), in_process([&] { return own.wait(0); })};
  own.release();
  print{"held once more:", in_thread([&] { return own.acquire(false); })};
  own.release();
  print{"and free:", in_thread([&] {
          const bool got = own.acquire(false);
          own.release();
          return got;
        })};

  // With a Lock, which has no owner: who acquired it last is asked for.
  multiprocessing::Lock lock;
  multiprocessing::Condition lent(lock);
  const auto notify_lent = [&] { lent.notify(); };
  print{"wait:", outcome([&] { return lent.wait(); })};
  lock.acquire();
  print{"wait(0):", lent.wait(0), lock.acquire(false)};
  print{"a thread:", in_thread(notify_lent), in_thread([&] { return lent.wait(0); })};
  print{"a child:", in_process(notify_lent)};
  print{"a thread releases:", in_thread([&] { lent.release(); })};
  print{"notify:", outcome(notify_lent)};

  // How often the predicate is asked.
  int asked = 0;
  const std::scoped_lock guard(own);
  own.wait_for([&] { return ++asked < 0; }, 0);
  print{"asked, in no time:", asked};
  own.wait_for([&] { return ++asked < 0; }, 0.02);
  print{"asked, in a little:", asked};
  print{"what it returns:", own.wait_for([] { return 7; }), own.wait_for([] { return 0; }, 0)};
}
