// queue_many_to_many.cc - queue_many_to_many.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::print;

namespace {

constexpr int kProducers = 3;
constexpr std::size_t kConsumers = 3;
constexpr int kItems = 800;

template <class Q>
void check(std::string_view name, Q& q) {
  std::array<std::vector<int>, kConsumers> taken;

  const auto produce = [&](int producer) {
    for (int number = 0; number < kItems; ++number) q.put(producer * kItems + number);
  };

  const auto consume = [&](std::size_t consumer) {
    while (true) {
      const int item = q.get();
      if (item < 0) break;
      taken[consumer].push_back(item);
    }
  };

  std::vector<threading::Thread> producers;
  for (int number = 0; number < kProducers; ++number) producers.emplace_back(produce, number);
  std::vector<threading::Thread> consumers;
  for (std::size_t number = 0; number < kConsumers; ++number) consumers.emplace_back(consume, number);
  for (auto& thread : producers) thread.start();
  for (auto& thread : consumers) thread.start();
  for (auto& thread : producers) thread.join();
  for (std::size_t i = 0; i < kConsumers; ++i) q.put(-1);
  for (auto& thread : consumers) thread.join();
  std::vector<int> everything;
  for (const auto& items : taken) everything.insert(everything.end(), items.begin(), items.end());
  std::ranges::sort(everything);
  std::vector<int> expected(kProducers * kItems);
  std::iota(expected.begin(), expected.end(), 0);
  bool in_order = true;
  for (const auto& items : taken) {
    std::array<int, kProducers> last;
    last.fill(-1);
    for (const int item : items) {
      int& before = last[static_cast<std::size_t>(item / kItems)];
      in_order = in_order && before < item;
      before = item;
    }
  }
  print{name, everything == expected, in_order, q.qsize()};
}

}  // namespace

int main() {
  queue::Queue<int> fifo;
  check("Queue", fifo);
  queue::Queue<int> fifo1(1);
  check("Queue(1)", fifo1);
  queue::Queue<int> fifo4(4);
  check("Queue(4)", fifo4);
  queue::SimpleQueue<int> simple;
  check("SimpleQueue", simple);
}
