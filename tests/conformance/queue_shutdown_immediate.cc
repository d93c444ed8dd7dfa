// queue_shutdown_immediate.cc - queue_shutdown_immediate.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::until_asleep;

namespace {

template <class Q>
void check(Q& q) {
  for (const int item : {1, 2, 3}) q.put(item);
  print{"get:", q.get()};
  print{"shutdown(True):", outcome([&] { q.shutdown(true); })};
  print{"size:", q.qsize(), q.empty(), q.full()};
  print{"get:", outcome([&] { return q.get(); })};
  print{"get_nowait:", outcome([&] { return q.get_nowait(); })};
  print{"put:", outcome([&] { q.put(4); })};
  threading::Thread joiner([&] { q.join(); });
  joiner.start();
  until_asleep(joiner);
  print{"one is still being worked on, join waits:", joiner.is_alive()};
  print{"task_done:", outcome([&] { q.task_done(); })};
  joiner.join();
  print{"join is through:", joiner.is_alive()};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"shutdown(True) again:", outcome([&] { q.shutdown(true); })};
  print{"join:", outcome([&] { q.join(); })};
}

}  // namespace

int main() {
  print{"Queue"};
  queue::Queue<int> fifo;
  check(fifo);
  print{"Queue(3)"};
  queue::Queue<int> fifo3(3);
  check(fifo3);
  print{"LifoQueue"};
  queue::LifoQueue<int> lifo(3);
  check(lifo);
  print{"PriorityQueue"};
  queue::PriorityQueue<int> priority(3);
  check(priority);

  // Nothing was taken: who joins goes on.
  queue::Queue<int> untouched;
  untouched.put(1);
  untouched.put(2);
  threading::Thread joiner([&] { untouched.join(); });
  joiner.start();
  until_asleep(joiner);
  untouched.shutdown({.immediate = true});
  joiner.join();
  print{"joined:", untouched.qsize(), outcome([&] { untouched.task_done(); })};

  // More were reported as done than were taken.
  queue::Queue<int> reported;
  reported.put(1);
  reported.put(2);
  reported.task_done();
  reported.task_done();
  reported.put(3);
  reported.shutdown({.immediate = true});
  reported.join();
  print{"joined:", reported.qsize(), outcome([&] { reported.task_done(); })};

  // First the gentle way, then the other.
  queue::Queue<int> both;
  both.put(1);
  both.shutdown();
  both.shutdown({.immediate = true});
  print{"both:", outcome([&] { return both.get(); }), outcome([&] { both.task_done(); })};
}
