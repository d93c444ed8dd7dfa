// queue_maxsize_one.cc - queue_maxsize_one.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::print;

int main() {
  queue::Queue<int> q(1);
  queue::Queue<int> answers(1);
  threading::Lock lock;
  std::vector<int> log;
  int ahead = 0;
  int most = 0;

  const auto produce = [&] {
    for (int number = 0; number < 300; ++number) {
      q.put(number);
      const std::scoped_lock guard(lock);
      ahead += 1;
      most = std::max(most, ahead);
    }
    q.put(-1);
  };

  const auto consume = [&] {
    while (true) {
      const int item = q.get();
      if (item < 0) break;
      {
        const std::scoped_lock guard(lock);
        ahead -= 1;
        log.push_back(item);
      }
      q.task_done();
    }
    q.task_done();
  };

  threading::Thread producer(produce);
  threading::Thread consumer(consume);
  producer.start();
  consumer.start();
  producer.join();
  consumer.join();
  std::vector<int> expected(300);
  std::iota(expected.begin(), expected.end(), 0);
  print{"in order:", log == expected};
  print{"never more than one in the queue and one in hand:", most <= 2};
  print{"size:", q.qsize()};

  // Question and answer.
  const auto answer = [&] {
    while (true) {
      const int number = q.get();
      if (number < 0) break;
      answers.put(number * number);
      q.task_done();
    }
    q.task_done();
  };

  threading::Thread thread(answer);
  thread.start();
  int total = 0;
  for (int number = 0; number < 300; ++number) {
    q.put(number);
    total += answers.get();
  }
  q.put(-1);
  q.join();
  thread.join();
  print{"total:", total, q.qsize(), answers.qsize()};
}
