// queue_shutdown.cc - queue_shutdown.py, line by line.
#include <skein/queue.h>

#include "print.h"

namespace queue = skein::queue;
using conformance::outcome;
using conformance::print;

namespace {

template <class Q>
void check(Q& q) {
  q.put(1);
  q.put(2);
  print{"shutdown:", outcome([&] { q.shutdown(); })};
  print{"put:", outcome([&] { q.put(3); })};
  print{"put_nowait:", outcome([&] { q.put_nowait(3); })};
  print{"put(True, -1):", outcome([&] { q.put(3, true, -1); })};
  print{"put(True, 0.01):", outcome([&] { q.put(3, true, 0.01); })};
  print{"size:", q.qsize(), q.empty(), q.full()};
  print{"get(True, -1):", outcome([&] { return q.get(true, -1); })};
  print{"get:", outcome([&] { return q.get(); })};
  print{"shutdown again:", outcome([&] { q.shutdown(); })};
  print{"get_nowait:", outcome([&] { return q.get_nowait(); })};
  print{"get:", outcome([&] { return q.get(); })};
  print{"get_nowait:", outcome([&] { return q.get_nowait(); })};
  print{"get(True, 0.01):", outcome([&] { return q.get(true, 0.01); })};
  print{"get(True, -1):", outcome([&] { return q.get(true, -1); })};
  print{"put_nowait:", outcome([&] { q.put_nowait(3); })};
  print{"size:", q.qsize(), q.empty(), q.full()};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"join:", outcome([&] { q.join(); })};
  print{"shutdown(immediate=True):", outcome([&] { q.shutdown({.immediate = true}); })};
  print{"join:", outcome([&] { q.join(); })};
}

}  // namespace

int main() {
  print{"Queue"};
  queue::Queue<int> fifo;
  check(fifo);
  print{"Queue(2)"};
  queue::Queue<int> fifo2(2);
  check(fifo2);
  print{"LifoQueue"};
  queue::LifoQueue<int> lifo(2);
  check(lifo);
  print{"PriorityQueue"};
  queue::PriorityQueue<int> priority(2);
  check(priority);
}
