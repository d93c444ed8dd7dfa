// queue_task_done.cc - queue_task_done.py, line by line.
#include <skein/queue.h>

#include "print.h"

namespace queue = skein::queue;
using conformance::outcome;
using conformance::print;

namespace {

template <class Q>
void check(Q& q) {
  print{"join, nothing put:", outcome([&] { q.join(); })};
  print{"task_done, nothing put:", outcome([&] { q.task_done(); })};
  q.put(1);
  q.put(2);
  // It counts what was put, not what was taken.
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"size:", q.qsize()};
  q.get();
  q.get();
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"join:", outcome([&] { q.join(); })};
  q.put(3);
  q.put(3);
  print{"a put that failed:", outcome([&] { q.put_nowait(4); })};
  q.get();
  q.get();
  print{"get of nothing:", outcome([&] { return q.get_nowait(); })};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"task_done:", outcome([&] { q.task_done(); })};
  print{"join:", outcome([&] { q.join(); })};
  print{"join again:", outcome([&] { q.join(); })};
}

}  // namespace

int main() {
  print{"Queue"};
  queue::Queue<int> fifo(2);
  check(fifo);
  print{"LifoQueue"};
  queue::LifoQueue<int> lifo(2);
  check(lifo);
  print{"PriorityQueue"};
  queue::PriorityQueue<int> priority(2);
  check(priority);
}
