// mp_value.cc - mp_value.py, line by line.
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/sharedctypes.h>

#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;
using multiprocessing::Lock;
using multiprocessing::RawValue;
using multiprocessing::Value;

struct Point {
  int x = 0;
  int y = 0;
};

void move(const Value<Point>& point, const Value<int>& count) {
  {
    const std::scoped_lock guard(point.get_lock());
    point->x += 10;
    point->y = -point->x;
  }
  const std::scoped_lock guard(count.get_lock());
  count.set_value(count.value() + 1);
}

int main() {
  Value<int> v(7);
  print{"value:", v.value()};
  v.set_value(-5);
  print{"set:", v.value(), v.get_obj().value()};
  print{"default:", Value<int>().value(), RawValue<long>().value()};
  print{"char:", std::string(1, Value<char>('x').value())};
  print{"bool:", Value<bool>(true).value()};
  Value<long long> big(std::numeric_limits<long long>::max());
  print{"64 bits:", big.value()};

  // The lock is an RLock, which belongs to a thread.
  {
    const std::scoped_lock guard(v);
    v.set_value(v.value() + 1);
  }
  {
    const std::scoped_lock guard(v.get_lock());
    v.set_value(v.value() + 1);
    print{"another thread:", in_thread([&] { return v.acquire(false); })};
  }
  print{"added:", v.value()};
  print{"acquire:", v.acquire(), v.acquire(true, 0.5), v.acquire(false)};
  print{"another thread's release:", in_thread([&] { v.release(); })};
  print{"release:", outcome([&] { v.release(); }), outcome([&] { v.release(); }), outcome([&] { v.release(); })};
  print{"release once more:", outcome([&] { v.release(); })};

  // A lock that is there, for two values.
  Lock lock;
  Value<int, Lock> a(1, {.lock = lock});
  Value<double, Lock> b(2, {.lock = lock});
  print{"the same lock:", a.get_lock() == b.get_lock()};
  {
    const std::scoped_lock guard(a.get_lock());
    print{"locked:", b.acquire(false), lock.acquire(false)};
  }
  print{"free:", b.acquire(false), outcome([&] { b.release(); })};
  print{"released too often:", outcome([&] { lock.release(); })};

  // None.
  Value<int> raw(3, {.lock = false});
  raw.set_value(raw.value() + 1);
  print{"no lock:", raw.value()};

  // A struct, shared with a child.
  Value<Point> point(Point{1, 2});
  Value<int> count(0);
  auto fork = multiprocessing::get_context("fork");
  std::vector<multiprocessing::Process> children;
  for (int i = 0; i < 3; ++i) children.push_back(fork.Process(move, point, count));
  for (auto& child : children) {
    child.start();
  }
  for (auto& child : children) {
    child.join();
  }
  print{"moved:", point->x, point->y, count.value()};
}
