// queue_priority.cc - queue_priority.py, line by line.
#include <skein/queue.h>

#include <cstdint>
#include <string>
#include <utility>

#include "print.h"

namespace queue = skein::queue;
using conformance::outcome;
using conformance::print;

int main() {
  using Pair = std::pair<int, std::string>;
  queue::PriorityQueue<Pair> q;
  for (const Pair& pair :
       {Pair(3, "c"), Pair(1, "b"), Pair(2, "x"), Pair(1, "a"), Pair(-7, "z"), Pair(3, "b"), Pair(0, "")}) {
    q.put(pair);
  }
  print{"size:", q.qsize()};
  while (!q.empty()) print{"get:", q.get()};

  // Bounded: what does not fit is not there.
  queue::PriorityQueue<Pair> three(3);
  for (const Pair& pair : {Pair(5, "e"), Pair(4, "d"), Pair(3, "c")}) three.put(pair);
  print{"put:", outcome([&] { three.put_nowait({1, "a"}); })};
  print{"get:", three.get()};
  print{"put:", outcome([&] { three.put_nowait({1, "a"}); })};
  print{"get:", three.get()};
  print{"get:", three.get()};
  print{"get:", three.get()};
  print{"get:", outcome([&] { return three.get_nowait(); })};

  // A random walk over numbers: always the smallest of those that are there.
  queue::PriorityQueue<std::int64_t> numbers;
  std::int64_t state = 99;
  std::int64_t digest = 0;
  for (int i = 0; i < 20000; ++i) {
    state = (state * 1103515245 + 12345) % 2147483648;
    if (numbers.empty() || (state >> 16) % 5 < 3) {
      numbers.put((state >> 8) % 1000);
    } else {
      digest = (digest * 31 + numbers.get()) % 1000000007;
    }
  }
  print{"walk:", numbers.qsize(), digest};
  std::int64_t last = -1;
  bool sorted_all_the_way = true;
  while (!numbers.empty()) {
    const std::int64_t item = numbers.get();
    sorted_all_the_way = sorted_all_the_way && last <= item;
    last = item;
  }
  print{"drained in order:", sorted_all_the_way};
}
