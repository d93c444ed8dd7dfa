// queue_simple.cc - queue_simple.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;
using conformance::until_asleep;

int main() {
  queue::SimpleQueue<std::int64_t> q;
  print{"new:", q.qsize(), q.empty()};
  print{"get_nowait:", outcome([&] { return q.get_nowait(); })};
  print{"get(False):", outcome([&] { return q.get(false); })};
  print{"get(block=False):", outcome([&] { return q.get({.block = false}); })};
  print{"get(True, 0):", outcome([&] { return q.get(true, 0); })};
  print{"get(True, 0.01):", outcome([&] { return q.get(true, 0.01); })};
  print{"get(timeout=0.01):", outcome([&] { return q.get({.timeout = 0.01}); })};
  print{"get(True, -1):", outcome([&] { return q.get(true, -1); })};
  print{"get(False, -1):", outcome([&] { return q.get(false, -1); })};
  print{"put:", outcome([&] { q.put(1); })};
  print{"put_nowait:", outcome([&] { q.put_nowait(2); })};
  print{"put(False):", outcome([&] { q.put(3, false); })};
  print{"put(True, -1):", outcome([&] { q.put(4, true, -1); })};
  print{"put(block=False, timeout=-5):", outcome([&] { q.put(5, {.block = false, .timeout = -5}); })};
  print{"size:", q.qsize(), q.empty()};
  print{"get(True, -1):", outcome([&] { return q.get(true, -1); })};
  print{"get(False, -1):", outcome([&] { return q.get(false, -1); })};
  print{"get:", outcome([&] { return q.get(); })};
  print{"get(True, 0):", outcome([&] { return q.get(true, 0); })};
  print{"get(True, 1000000):", outcome([&] { return q.get(true, 1000000); })};
  print{"get_nowait:", outcome([&] { return q.get_nowait(); })};
  print{"size:", q.qsize(), q.empty()};

  const double begin = time_::monotonic();
  print{"get(True, 0.05):", outcome([&] { return q.get(true, 0.05); })};
  print{"not before its time:", time_::monotonic() - begin >= 0.05};

  // Four wait; each item frees one.
  std::vector<std::int64_t> got;
  threading::Lock lock;

  const auto get = [&] {
    const std::int64_t item = q.get();
    const std::scoped_lock guard(lock);
    got.push_back(item);
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(get);
  for (auto& thread : threads) {
    thread.start();
    until_asleep(thread);
  }
  for (int item = 0; item < 4; ++item) q.put(item);
  for (auto& thread : threads) thread.join();
  std::ranges::sort(got);
  print{"got:", got};

  std::int64_t state = 4711;
  std::int64_t digest = 0;
  std::int64_t number = 0;
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
}
