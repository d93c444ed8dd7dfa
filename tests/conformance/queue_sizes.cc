// queue_sizes.cc - queue_sizes.py, line by line.
#include <skein/queue.h>

#include <cstdint>

#include "print.h"

namespace queue = skein::queue;
using conformance::outcome;
using conformance::print;

namespace {

template <class Q>
int fill(Q& q) {
  int count = 0;
  while (count < 5000 && outcome([&] { q.put_nowait(count); }) == "None") count += 1;
  return count;
}

void check(std::int64_t maxsize) {
  queue::Queue<int> fifo(maxsize);
  queue::LifoQueue<int> lifo(maxsize);
  queue::PriorityQueue<int> priority(maxsize);
  print{"maxsize", maxsize, fifo.maxsize(), lifo.maxsize(), priority.maxsize()};
  print{"puts:", fill(fifo), fill(lifo), fill(priority)};
  print{"sizes:", fifo.qsize(), lifo.qsize(), priority.qsize()};
  print{"full:", fifo.full(), lifo.full(), priority.full()};
  print{"get:", fifo.get(), lifo.get(), priority.get()};
  print{"full:", fifo.full(), lifo.full(), priority.full()};
  print{"puts:", fill(fifo) > 0, fill(lifo) > 0, fill(priority) > 0};
  print{"full:", fifo.full(), lifo.full(), priority.full()};
}

}  // namespace

int main() {
  check(1);
  check(3);
  check(1000);
  check(0);
  check(-1);
  check(1099511627776);
  print{"default:", queue::Queue<int>().maxsize(), queue::LifoQueue<int>().maxsize(),
        queue::PriorityQueue<int>().maxsize()};
  print{"keyword:", queue::Queue<int>({.maxsize = 7}).maxsize()};
}
