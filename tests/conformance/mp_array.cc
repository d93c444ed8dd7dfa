// mp_array.cc - mp_array.py, line by line.
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/sharedctypes.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using multiprocessing::Array;
using multiprocessing::RawArray;
using skein::None;

std::vector<int> list(const std::string& bytes) { return {bytes.begin(), bytes.end()}; }

void add(const Array<int>& array, int by) {
  for (std::size_t i = 0; i < array.size(); ++i) {
    const std::scoped_lock guard(array.get_lock());
    array[static_cast<std::int64_t>(i)] += by;
  }
}

int main() {
  Array<int> zeros(5);
  print{"zeros:", zeros.slice(), zeros.size()};
  Array<int> a({1, 2, 3, 4, 5});
  print{"elements:", std::vector<int>(a.begin(), a.end()), a.size()};
  for (const int i : {0, 4, -1, -5, 5, -6, 100}) print{"at", i, outcome([&] { return int{a[i]}; })};
  for (const int i : {0, -1, 5, -6}) print{"set", i, outcome([&] { a[i] = 9; })};
  a[1] += 20;
  a[2] = a[1];
  print{"elements:", a.slice()};

  print{"1:3", a.slice(1, 3)};
  print{"-2:", a.slice(-2)};
  print{":2", a.slice(None, 2)};
  print{"::2", a.slice(None, None, 2)};
  print{"::-1", a.slice(None, None, -1)};
  print{"3:0:-2", a.slice(3, 0, -2)};
  print{"10:", a.slice(10)};
  print{"3:1", a.slice(3, 1)};
  print{"-100:2", a.slice(-100, 2)};
  print{"100:-100:-3", a.slice(100, -100, -3)};
  print{"step 0:", outcome([&] { return a.slice(None, None, 0); })};
  a.set_slice(0, 2, {7, 8});
  print{"slice set:", a.slice()};
  print{"too few:", outcome([&] { a.set_slice(0, 2, {7}); })};
  print{"too many:", outcome([&] { a.set_slice(0, 2, {7, 8, 9}); })};
  a.set_slice(None, None, 2, {4, 5, 6});
  a.set_slice(None, None, -1, a.slice());
  const std::vector<int> turned = a.slice();
  print{"turned:", turned, std::accumulate(a.begin(), a.end(), 0), *std::ranges::max_element(turned)};

  print{"negative size:", outcome([] { Array<int>(-1); })};
  print{"negative size, raw:", outcome([] { RawArray<int>(-7); })};
  print{"too large:", outcome([] { Array<int>(std::int64_t{1} << 62); })};
  print{"empty:", Array<int>(std::vector<int>{}).slice(), Array<int>(0).size()};

  // The lock.
  RawArray<int> raw;
  {
    const std::scoped_lock guard(a.get_lock());
    a[0] = 1;
    raw = a.get_obj();
    raw[1] = 2;
  }
  print{"raw:", raw.slice(), raw[-1], outcome([&] { return raw[5]; }), outcome([&] { raw[-6] = 0; })};

  // Text.
  Array<char> s("hello");
  print{"text:", s.value(), s.size()};
  s.set_value("hi");
  print{"shorter:", s.value(), list(s.raw())};
  print{"too long:", outcome([&] { s.set_value("toolong"); })};
  s.set_raw("abcde");
  print{"raw:", s.value(), outcome([&] { s.set_raw("abcdef"); })};
  RawArray<char> t(4);
  print{"no text:", t.value().empty(), list(t.raw())};

  // Children.
  Array<int> shared({0, 1, 2, 3});
  auto fork = multiprocessing::get_context("fork");
  std::vector<multiprocessing::Process> children;
  for (const int by : {10, 100, 1000}) children.push_back(fork.Process(add, shared, by));
  for (auto& child : children) {
    child.start();
  }
  for (auto& child : children) {
    child.join();
  }
  print{"children:", shared.slice()};
}
