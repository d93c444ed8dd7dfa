// tp_imap.cc - tp_imap.py, line by line.
#include <skein/core/errors.h>
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <algorithm>
#include <numeric>
#include <ranges>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::str;
using multiprocessing::pool::ThreadPool;

namespace {

int square(int x) { return x * x; }

void nothing(int /*x*/) {}

int check(int x) {
  if (x == 2) throw skein::ValueError("no " + str(x));
  return x;
}

auto range(int end) { return std::views::iota(0, end); }

// Numbers, and then an error of the input itself.
auto fails_after(int count) {
  return std::views::iota(0) | std::views::transform([count](int i) {
           if (i == count) throw skein::RuntimeError("input");
           return i;
         });
}

template <class T>
std::vector<T> list(multiprocessing::pool::IMapIterator<T> results) {
  std::vector<T> all;
  for (T& result : results) all.push_back(std::move(result));
  return all;
}

std::vector<int> sorted(std::vector<int> values) {
  std::ranges::sort(values);
  return values;
}

int sum(multiprocessing::pool::IMapIterator<int> results) {
  const std::vector<int> all = list(std::move(results));
  return std::accumulate(all.begin(), all.end(), 0);
}

bool all_squares(multiprocessing::pool::IMapIterator<int>& it) {
  for (int i = 0; i < 1000; ++i) {
    if (it.next() != i * i) return false;
  }
  return true;
}

}  // namespace

int main() {
  threading::Event gate;
  ThreadPool pool(3);
  const std::vector<int> none;
  print{"imap:", list(pool.imap(square, range(10)))};
  print{"chunks:", list(pool.imap(square, range(10), 3)), list(pool.imap({.chunksize = 100}, square, range(10)))};
  print{"empty:", list(pool.imap(square, none)), list(pool.imap_unordered(square, none))};
  auto it = pool.imap(square, std::vector{5, 6, 7});
  print{"next:", it.next(), it.next(), it.next({.timeout = 10})};
  print{"end:", it.next(), it.next()};
  it = pool.imap({.chunksize = 53}, square, range(1000));
  print{"many:", all_squares(it), it.next()};
  int count = 0;
  for (auto results = pool.imap(nothing, range(4)); results.next().has_value();) ++count;
  print{"nothing:", count};
  print{"unordered:", sorted(list(pool.imap_unordered(square, range(10))))};
  print{"chunks:", sorted(list(pool.imap_unordered(square, range(10), 3)))};

  // One that fails does not end the others.
  it = pool.imap(check, range(4));
  print{"error:", it.next(), it.next(), outcome([&] { return it.next(); }), it.next(), it.next()};
  it = pool.imap(square, fails_after(2));
  print{"input:", it.next(), it.next(), outcome([&] { return it.next(); }), it.next()};
  print{"chunksize:", outcome([&] { static_cast<void>(pool.imap(square, std::vector{1}, 0)); })};

  // In order, however late the first is; otherwise as they come.
  const auto first_waits = [&gate](int x) {
    if (x == 0) gate.wait();
    return x;
  };

  it = pool.imap(first_waits, range(3));
  print{"late:", outcome([&] { return it.next(0); })};
  gate.set();
  print{"in order:", list(std::move(it))};
  gate.clear();
  it = pool.imap_unordered(first_waits, range(3));
  const std::vector<int> two{*it.next(), *it.next()};
  print{"as they come:", sorted(two)};
  gate.set();
  print{"the last:", it.next(), it.next()};

  // A pool that is closed goes on with what it was given.
  auto first = pool.imap(square, range(200));
  auto second = pool.imap_unordered(square, range(200) | std::views::filter([](int) { return true; }));
  pool.close();
  print{"closed:", outcome([&] { return list(pool.imap(square, range(3))); })};
  pool.join();
  print{"joined:", sum(std::move(first)), sum(std::move(second))};
}
