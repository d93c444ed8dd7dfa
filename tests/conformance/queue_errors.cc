// queue_errors.cc - queue_errors.py, line by line.
#include <skein/queue.h>

#include "print.h"

namespace queue = skein::queue;
using conformance::outcome;
using conformance::print;

namespace {

template <class Q>
void check(Q& q) {
  print{"empty"};
  print{"get_nowait:", outcome([&] { return q.get_nowait(); })};
  print{"get(False):", outcome([&] { return q.get(false); })};
  print{"get(block=False):", outcome([&] { return q.get({.block = false}); })};
  print{"get(True, 0):", outcome([&] { return q.get(true, 0); })};
  print{"get(True, 0.01):", outcome([&] { return q.get(true, 0.01); })};
  print{"get(timeout=0.01):", outcome([&] { return q.get({.timeout = 0.01}); })};
  print{"get(True, -1):", outcome([&] { return q.get(true, -1); })};
  print{"get(True, -0.5):", outcome([&] { return q.get(true, -0.5); })};
  print{"get(False, -1):", outcome([&] { return q.get(false, -1); })};
  print{"get(False, 1):", outcome([&] { return q.get(false, 1); })};
  print{"put:", outcome([&] { q.put(1); })};
  print{"put(True, 0):", outcome([&] { q.put(1, true, 0); })};
  print{"full"};
  print{"put_nowait:", outcome([&] { q.put_nowait(1); })};
  print{"put(False):", outcome([&] { q.put(1, false); })};
  print{"put(block=False):", outcome([&] { q.put(1, {.block = false}); })};
  print{"put(True, 0):", outcome([&] { q.put(1, true, 0); })};
  print{"put(True, 0.01):", outcome([&] { q.put(1, true, 0.01); })};
  print{"put(timeout=0.01):", outcome([&] { q.put(1, {.timeout = 0.01}); })};
  print{"put(True, -1):", outcome([&] { q.put(1, true, -1); })};
  print{"put(True, -0.5):", outcome([&] { q.put(1, true, -0.5); })};
  print{"put(False, -1):", outcome([&] { q.put(1, false, -1); })};
  print{"put(False, 1):", outcome([&] { q.put(1, false, 1); })};
  print{"size:", q.qsize(), q.full()};
  print{"get(True, -1):", outcome([&] { return q.get(true, -1); })};
  print{"get(False, -1):", outcome([&] { return q.get(false, -1); })};
  print{"put(True, -1):", outcome([&] { q.put(1, true, -1); })};
  print{"put(False, -1):", outcome([&] { q.put(1, false, -1); })};
  print{"get(True, 0):", outcome([&] { return q.get(true, 0); })};
  print{"get(True, 1000000):", outcome([&] { return q.get(true, 1000000); })};
  print{"size:", q.qsize(), q.empty()};
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

  // Without a bound put() never waits, and looks at no timeout.
  queue::Queue<int> unbounded;
  print{"unbounded, put(True, -1):", outcome([&] { unbounded.put(1, true, -1); })};
  print{"unbounded, put(False):", outcome([&] { unbounded.put(2, false); })};
  print{"unbounded, get(True, -1):", outcome([&] { return unbounded.get(true, -1); })};
  print{"size:", unbounded.qsize()};
}
