// queue_order.cc - queue_order.py, line by line.
#include <skein/queue.h>

#include <cstdint>
#include <string>

#include "print.h"

namespace queue = skein::queue;
using conformance::print;
using conformance::str;

namespace {

template <class Q>
std::string sizes(const Q& q) {
  return str(q.qsize()) + " " + str(q.empty()) + " " + str(q.full());
}

template <class Q>
void check(Q& q) {
  print{"new:", sizes(q)};
  for (const int item : {1, 2, 3}) {
    q.put(item);
    print{"put", item, sizes(q)};
  }
  print{"get:", q.get(), sizes(q)};
  q.put(4);
  q.put_nowait(5);
  print{"4 and 5 put:", sizes(q)};
  while (!q.empty()) print{"get:", q.get_nowait(), sizes(q)};
}

template <class Q>
void walk(Q& q) {
  std::int64_t state = 12345;
  std::int64_t number = 0;
  std::int64_t digest = 0;
  for (int i = 0; i < 20000; ++i) {
    state = (state * 1103515245 + 12345) % 2147483648;
    if (q.empty() || (state >> 16) % 5 < 3) {
      q.put(number);
      number += 1;
    } else {
      digest = (digest * 31 + q.get()) % 1000000007;
    }
  }
  print{"walk:", number, q.qsize(), digest};
  while (!q.empty()) digest = (digest * 31 + q.get()) % 1000000007;
  print{"drained:", digest};
}

}  // namespace

int main() {
  print{"Queue"};
  queue::Queue<int> fifo;
  check(fifo);
  print{"Queue(4)"};
  queue::Queue<int> fifo4(4);
  check(fifo4);
  print{"LifoQueue"};
  queue::LifoQueue<int> lifo;
  check(lifo);
  print{"LifoQueue(maxsize=4)"};
  queue::LifoQueue<int> lifo4({.maxsize = 4});
  check(lifo4);

  queue::Queue<std::int64_t> long_fifo;
  walk(long_fifo);
  queue::LifoQueue<std::int64_t> long_lifo;
  walk(long_lifo);
}
