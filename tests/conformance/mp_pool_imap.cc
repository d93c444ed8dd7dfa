// mp_pool_imap.cc - mp_pool_imap.py, line by line.
#include <skein/multiprocessing.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

int square(int x) { return x * x; }

void nothing(int /*x*/) {}

auto range(int end) { return std::views::iota(0, end); }

template <class T>
std::vector<T> list(multiprocessing::pool::IMapIterator<T> results) {
  std::vector<T> all;
  for (T& result : results) all.push_back(std::move(result));
  return all;
}

std::vector<int> sorted(multiprocessing::pool::IMapIterator<int> results) {
  std::vector<int> all = list(std::move(results));
  std::ranges::sort(all);
  return all;
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

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  auto pool = multiprocessing::get_context("fork").Pool(3);
  const std::vector<int> none;
  print{"imap:", list(pool.imap(square, range(10)))};
  print{"chunks:", list(pool.imap(square, range(10), 3)), list(pool.imap({.chunksize = 100}, square, range(10)))};
  print{"empty:", list(pool.imap(square, none)), list(pool.imap(square, none, 2))};
  auto it = pool.imap(square, std::vector{5, 6, 7});
  print{"next:", it.next(), it.next(), it.next({.timeout = 10})};
  print{"end:", it.next(), it.next()};
  auto more = pool.imap(square, range(1000));
  print{"many:", all_squares(more), more.next()};
  more = pool.imap({.chunksize = 100}, square, range(1000));
  print{"many:", all_squares(more), more.next()};
  int count = 0;
  for (auto results = pool.imap(nothing, range(4)); results.next().has_value();) ++count;
  print{"nothing:", count};

  print{"unordered:", sorted(pool.imap_unordered(square, range(10)))};
  print{"chunks:", sorted(pool.imap_unordered(square, range(10), 3))};
  print{"empty:", sorted(pool.imap_unordered(square, none))};
  std::vector<int> squares;
  for (int i = 0; i < 1000; ++i) squares.push_back(i * i);
  print{"many:", sorted(pool.imap_unordered({.chunksize = 53}, square, range(1000))) == squares};

  // A pool that is closed goes on with what it was given.
  auto first = pool.imap(square, range(200));
  auto second = pool.imap_unordered(square, range(200) | std::views::filter([](int) { return true; }));
  pool.close();
  print{"closed:", outcome([&] { return list(pool.imap(square, range(3))); })};
  pool.join();
  print{"joined:", sum(std::move(first)), sum(std::move(second))};
}
