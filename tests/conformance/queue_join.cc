// queue_join.cc - queue_join.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <numeric>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::print;
using conformance::until_asleep;

namespace {

template <class Q>
void check(Q& q) {
  std::vector<int> joined;
  threading::Lock lock;

  const auto join = [&](int number) {
    q.join();
    const std::scoped_lock guard(lock);
    joined.push_back(number);
  };

  const auto count = [&] {
    const std::scoped_lock guard(lock);
    return joined.size();
  };

  for (const int item : {1, 2, 3}) q.put(item);
  std::vector<threading::Thread> joiners;
  for (int number = 0; number < 3; ++number) joiners.emplace_back(join, number);
  for (auto& joiner : joiners) {
    joiner.start();
    until_asleep(joiner);
  }
  q.get();
  q.get();
  q.get();
  print{"all taken, joined:", count()};
  q.task_done();
  q.task_done();
  q.put(4);
  q.task_done();
  for (auto& joiner : joiners) until_asleep(joiner);
  print{"one put meanwhile, joined:", count()};
  q.task_done();
  for (auto& joiner : joiners) joiner.join();
  std::ranges::sort(joined);
  print{"all done, joined:", joined};
  print{"taken later:", q.get()};
  q.join();
}

}  // namespace

int main() {
  print{"Queue"};
  queue::Queue<int> fifo;
  check(fifo);
  print{"LifoQueue"};
  queue::LifoQueue<int> lifo(4);
  check(lifo);
  print{"PriorityQueue"};
  queue::PriorityQueue<int> priority;
  check(priority);

  // Workers, and one who waits for the work of all.
  queue::Queue<int> q(2);
  std::vector<int> done;
  threading::Lock lock;

  const auto work = [&] {
    while (true) {
      const int item = q.get();
      if (item < 0) break;
      {
        const std::scoped_lock guard(lock);
        done.push_back(item * item);
      }
      q.task_done();
    }
    q.task_done();
  };

  std::vector<threading::Thread> workers;
  for (int i = 0; i < 3; ++i) workers.emplace_back(work);
  for (auto& worker : workers) worker.start();
  for (int round = 0; round < 3; ++round) {
    for (int item = 0; item < 20; ++item) q.put(item);
    q.join();
    const std::scoped_lock guard(lock);
    print{"round", round, done.size(), std::accumulate(done.begin(), done.end(), 0)};
  }
  for (std::size_t i = 0; i < workers.size(); ++i) q.put(-1);
  q.join();
  for (auto& worker : workers) worker.join();
  print{"end:", done.size(), q.qsize()};
}
