// tp_apply_and_map.cc - tp_apply_and_map.py, line by line.
#include <skein/core/errors.h>
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <ranges>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::str;
using conformance::until;
using skein::multiprocessing::pool::ThreadPool;

namespace {

int power(int base, int exponent) {
  int result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

void nothing(int /*x*/ = 0) {}

int check(int x) {
  if (x < 0) throw skein::ValueError("negative: " + str(x));
  return x * x;
}

auto range(int end) { return std::views::iota(0, end); }

template <class T>
std::vector<T> sorted(std::vector<T> values) {
  std::ranges::sort(values);
  return values;
}

}  // namespace

int main() {
  ThreadPool pool(2);
  const std::vector<int> none;
  print{"apply:", pool.apply(power, 2, 10), outcome([&] { pool.apply([] { nothing(); }); })};
  print{"raises:", outcome([&] { return pool.apply(check, -1); })};
  print{"elsewhere:", pool.apply(threading::get_ident) == threading::get_ident()};

  // Anything may be called, and whatever it touches is the program's own.
  std::vector<int> seen;
  const int base = 10;

  const auto add = [&](int x) {
    seen.push_back(x);
    return base + x;
  };

  print{"closure:", pool.apply(add, 1), pool.map(add, std::vector{2, 3}, 2), seen};

  const auto kept = pool.apply_async(power, 3, 2);
  print{"get:", kept.get(), kept.get(10), kept.get({.timeout = 10})};
  print{"after:", kept.ready(), kept.successful(), outcome([&] { kept.wait(0); })};
  const auto failed = pool.apply_async(check, -2);
  print{"get:", outcome([&] { return failed.get(); }), outcome([&] { return failed.get(); }), failed.ready(),
        failed.successful()};

  print{"map:", pool.map(check, range(6)), pool.map(check, range(6), 4), pool.map({.chunksize = 100}, check, range(6))};
  print{"empty:", pool.map(check, none), pool.map_async(check, none).get()};
  print{"nothing:", pool.map(nothing, range(4)).size()};
  print{"error:", outcome([&] { return pool.map(check, std::vector{1, -1, 2}, 1); })};
  const std::vector<std::pair<int, int>> pairs{{2, 3}, {3, 2}};
  print{"starmap:", pool.starmap(power, pairs), pool.starmap(power, pairs, 2)};
  std::vector<int> squares;
  for (const int x : range(100)) squares.push_back(x * x);
  print{"map_async:", pool.map_async(check, range(100), 7).get() == squares};
  const auto with_two = range(5) | std::views::transform([](int i) { return std::pair(i, 2); });
  print{"starmap_async:", pool.starmap_async(power, with_two).get()};

  // All of a map is done, whatever becomes of its first part.
  std::mutex lock;  // What the interpreter's lock does for Python's list.
  std::vector<int> done;
  threading::Event gate;

  const auto note = [&](int x) {
    if (x == 0) throw skein::ValueError("first");
    if (x == 5) gate.wait();
    const std::scoped_lock guard(lock);
    done.push_back(x);
  };

  const auto result = pool.map_async(note, range(6), 1);
  until([&] {
    const std::scoped_lock guard(lock);
    return done.size() == 4;
  });
  print{"the last is waited for:", result.ready()};
  gate.set();
  print{"all are made:", outcome([&] { static_cast<void>(result.get()); }), sorted(done)};

  // Two at a time, if there are two workers.
  threading::Barrier both(2);
  print{"at once:", sorted(pool.map([&](int) { return both.wait(); }, range(2), 1))};

  // Results outlive their pool.
  pool.terminate();
  print{"terminated:", kept.get(), outcome([&] { return failed.get(); })};
}
