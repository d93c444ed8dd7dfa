// queue_priority_ties.cc - queue_priority_ties.py, line by line.
#include <skein/queue.h>

#include <cstdint>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
using conformance::print;

namespace {

struct Item {
  std::int64_t priority;
  std::int64_t number;

  friend bool operator<(const Item& one, const Item& other) { return one.priority < other.priority; }
};

std::vector<std::int64_t> numbers(queue::PriorityQueue<Item>& q) {
  std::vector<std::int64_t> result;
  while (!q.empty()) result.push_back(q.get().number);
  return result;
}

void walk(std::int64_t seed, std::int64_t priorities) {
  queue::PriorityQueue<Item> q;
  std::int64_t state = seed;
  std::int64_t digest = 0;
  for (std::int64_t number = 0; number < 5000; ++number) {
    state = (state * 1103515245 + 12345) % 2147483648;
    if (q.empty() || (state >> 16) % 5 < 3) {
      q.put({(state >> 8) % priorities, number});
    } else {
      const Item item = q.get();
      digest = (digest * 31 + item.priority * 7 + item.number) % 1000000007;
    }
  }
  print{"walk", seed, priorities, q.qsize(), digest};
  for (const std::int64_t number : numbers(q)) digest = (digest * 31 + number) % 1000000007;
  print{"drained:", digest};
}

}  // namespace

int main() {
  queue::PriorityQueue<Item> q;
  for (int number = 0; number < 20; ++number) q.put({0, number});
  print{"all equal:", numbers(q)};
  for (int number = 0; number < 20; ++number) q.put({number % 3, number});
  print{"three priorities:", numbers(q)};
  for (int number = 0; number < 20; ++number) q.put({-(number / 4), number});
  print{"falling:", numbers(q)};
  for (int number = 0; number < 10; ++number) {
    q.put({1, number});
    q.put({1, 100 + number});
    print{"one of two:", q.get().number};
  }
  print{"the rest:", numbers(q)};

  for (const int seed : {1, 2, 3}) {
    for (const int priorities : {1, 2, 7, 100}) walk(seed, priorities);
  }
}
