// queue_timeouts.cc - queue_timeouts.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <string>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;

int main() {
  queue::Queue<std::string> q(1);
  double begin = time_::monotonic();
  print{"get:", outcome([&] { return q.get(true, 0.05); })};
  print{"not before its time:", time_::monotonic() - begin >= 0.05};
  q.put("a");
  begin = time_::monotonic();
  print{"put:", outcome([&] { q.put("b", true, 0.05); })};
  print{"not before its time:", time_::monotonic() - begin >= 0.05};

  // There is room in time; there is an item in time.
  begin = time_::monotonic();
  threading::Timer getter(0.02, [&] { q.get(); });
  getter.start();
  print{"put:", outcome([&] { q.put("b", true, 100); })};
  getter.join();
  print{"get:", q.get()};
  threading::Timer putter(0.02, [&] { q.put("c"); });
  putter.start();
  print{"get:", outcome([&] { return q.get(true, 100); })};
  putter.join();
  print{"long before their time:", time_::monotonic() - begin < 50};
  print{"size:", q.qsize()};

  // Who gave up has left nothing behind.
  print{"get:", outcome([&] { return q.get(true, 0.001); })};
  print{"get:", outcome([&] { return q.get(true, 0.001); })};
  q.put("d");
  print{"put:", outcome([&] { q.put("e", true, 0.001); })};
  print{"get:", q.get(), q.qsize()};
  q.put("f");
  print{"get:", q.get(), q.qsize()};
}
