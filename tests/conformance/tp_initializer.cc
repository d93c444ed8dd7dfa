// tp_initializer.cc - tp_initializer.py, line by line.
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using skein::multiprocessing::pool::ThreadPool;

namespace {

thread_local std::optional<int> base;
std::mutex lock;  // What the interpreter's lock does for Python's list.
std::vector<std::uint64_t> prepared;

void nothing() {
  const std::scoped_lock guard(lock);
  prepared.push_back(threading::get_ident());
}

void set_base(int first, int second) {
  base = first + second;
  nothing();
}

int add_to_base(int x) { return base.value() + x; }

auto range(int end) { return std::views::iota(0, end); }

template <class Results>
std::vector<int> list(Results results) {
  std::vector<int> all;
  for (const int result : results) all.push_back(result);
  return all;
}

template <class T>
std::vector<T> sorted(std::vector<T> values) {
  std::ranges::sort(values);
  return values;
}

}  // namespace

int main() {
  {
    ThreadPool pool(1, set_base, std::tuple(100, 20));
    print{"by position:", pool.map(add_to_base, range(5)), pool.apply(add_to_base, 7), prepared.size()};
    print{"in the worker:", prepared == std::vector{pool.apply(threading::get_ident)}, base.has_value()};
  }
  {
    ThreadPool pool({.processes = 1}, set_base, 1, 2);
    print{"by name:", pool.map(add_to_base, range(3)), list(pool.imap(add_to_base, range(3)))};
  }

  // Two workers that have met have both been prepared, each before its first call.
  prepared.clear();
  threading::Barrier both(2);

  const auto meet = [&both](int x) {
    both.wait();
    return std::pair(base.value() + x, threading::get_ident());
  };

  {
    ThreadPool pool(2, set_base, std::tuple(1000, 1));
    const auto results = pool.map(meet, range(2), 1);
    std::vector<int> sums;
    std::vector<std::uint64_t> idents;
    for (const auto& [sum, ident] : results) {
      sums.push_back(sum);
      idents.push_back(ident);
    }
    print{"two:", sums, sorted(idents) == sorted(prepared)};
  }

  prepared.clear();
  {
    ThreadPool pool(1, nothing);
    std::vector<bool> found;
    for (const std::uint64_t ident : pool.map([](int) { return threading::get_ident(); }, range(3))) {
      found.push_back(std::ranges::find(prepared, ident) != prepared.end());
    }
    print{"no arguments:", found};
  }
}
