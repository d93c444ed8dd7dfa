// queue_never_denies.cc - queue_never_denies.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include <cstddef>
#include <mutex>
#include <string_view>
#include <tuple>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::print;

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 3000;

template <class Q>
void check(std::string_view name, Q& q) {
  std::vector<int> denied;
  threading::Lock lock;
  threading::Barrier together(kThreads);

  // Each puts before it takes, so that there is always one for it.
  const auto work = [&] {
    int wrong = 0;
    together.wait();
    for (int number = 0; number < kRounds; ++number) {
      q.put(number);
      try {
        q.get_nowait();
      } catch (const queue::Empty&) {
        wrong += 1;
      }
    }
    const std::scoped_lock guard(lock);
    denied.push_back(wrong);
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print{name, denied, q.qsize(), q.empty()};
}

}  // namespace

int main() {
  queue::Queue<int> fifo;
  check("Queue", fifo);
  queue::Queue<int> fifo4(4);
  check("Queue(4)", fifo4);
  queue::LifoQueue<int> lifo;
  check("LifoQueue", lifo);
  queue::PriorityQueue<int> priority;
  check("PriorityQueue", priority);
  queue::SimpleQueue<int> simple;
  check("SimpleQueue", simple);

  // A thread that was told of the put() finds the item.
  queue::Queue<int> q(1);
  threading::Semaphore told(0);
  threading::Semaphore taken(0);
  using Seen = std::tuple<std::size_t, bool, bool, int>;
  std::vector<Seen> seen;

  const auto watch = [&] {
    for (int i = 0; i < 500; ++i) {
      told.acquire();
      seen.push_back(Seen{q.qsize(), q.empty(), q.full(), q.get_nowait()});
      taken.release();
    }
  };

  threading::Thread watcher(watch);
  watcher.start();
  for (int number = 0; number < 500; ++number) {
    q.put(number);
    told.release();
    taken.acquire();
  }
  watcher.join();
  std::vector<Seen> expected;
  for (int number = 0; number < 500; ++number) expected.emplace_back(1, false, true, number);
  print{"told:", seen == expected};
}
