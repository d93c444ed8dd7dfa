// thread_join_timeouts.cc - thread_join_timeouts.py, line by line.
#include <skein/threading.h>
#include <skein/time.h>

#include <algorithm>

#include "print.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;
using skein::None;

namespace {

bool in_the_list(const threading::Thread& thread) { return std::ranges::count(threading::enumerate(), thread) == 1; }

}  // namespace

int main() {
  threading::Event go;
  threading::Thread thread([&] { go.wait(); });
  thread.start();
  print{"-5:", outcome([&] { thread.join(-5); }), thread.is_alive()};
  print{"-0.5:", outcome([&] { thread.join(-0.5); }), thread.is_alive()};
  print{"0:", outcome([&] { thread.join(0); }), thread.is_alive()};
  print{"0.01:", outcome([&] { thread.join(0.01); }), thread.is_alive()};
  print{"keyword:", outcome([&] { thread.join({.timeout = 0.01}); }), thread.is_alive()};
  const double begin = time_::monotonic();
  thread.join(0.05);
  print{"not before its time:", time_::monotonic() - begin >= 0.05};
  print{"alive, and in the list:", thread.is_alive(), in_the_list(thread)};
  go.set();
  print{"1000:", outcome([&] { thread.join(1000); }), thread.is_alive()};
  print{"in the list:", in_the_list(thread)};
  print{"None:", outcome([&] { thread.join(None); }), thread.is_alive()};
  print{"-5:", outcome([&] { thread.join(-5); }), thread.is_alive()};
}
