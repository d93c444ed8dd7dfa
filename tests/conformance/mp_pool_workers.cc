// mp_pool_workers.cc - mp_pool_workers.py, line by line.
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <ranges>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

int absolute(int x) { return std::abs(x); }

std::tuple<std::string, bool> who(int /*x*/) {
  const auto process = multiprocessing::current_process();
  const std::string name = process.name();
  return {name.substr(0, name.find_last_not_of("0123456789") + 1), process.daemon()};
}

int worker(int /*x*/) { return ::getpid(); }

int parent(int /*x*/) { return multiprocessing::parent_process()->pid().value(); }

int nested(const std::string& method) { return multiprocessing::get_context(method).Pool(1).apply(absolute, 1); }

std::string child(const std::string& method) {
  auto process = multiprocessing::get_context(method).Process([] {});
  process.start();
  return "started";
}

// How many calls in a row each worker has made.
std::vector<int> lives(const std::vector<int>& pids) {
  std::vector<int> counts;
  for (std::size_t i = 0; i < pids.size(); ++i) {
    if (i != 0 && pids[i] == pids[i - 1]) {
      ++counts.back();
    } else {
      counts.push_back(1);
    }
  }
  return counts;
}

auto range(int end) { return std::views::iota(0, end); }

}  // namespace

// A pool for each: by how many workers CPython divides is how many there are at the moment.
static std::size_t by_default(const multiprocessing::Context& context, int count) {
  auto pool = context.Pool({.processes = 2, .maxtasksperchild = 1});
  const std::vector<int> pids = pool.map(worker, range(count));
  return std::set<int>(pids.begin(), pids.end()).size();
}

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const std::string method : {"fork", "spawn", "forkserver"}) {
    auto pool = multiprocessing::get_context(method).Pool(1);
    print{method + ":", pool.map(who, range(2)), pool.apply(parent, 0) == ::getpid()};
  }
  const auto context = multiprocessing::get_context("fork");
  {
    auto pool = context.Pool(2);
    print{"a pool in a worker:", outcome([&] { return pool.apply(nested, "fork"); })};
    print{"a process in a worker:", outcome([&] { return pool.apply(child, "fork"); })};
    print{"still there:", pool.map(absolute, range(3))};
  }
  {
    auto pool = context.Pool(1);
    print{"for ever:", lives(pool.map(worker, range(10), 1))};
  }
  for (const int lifetime : {1, 2, 3}) {
    auto pool = context.Pool({.processes = 1, .maxtasksperchild = lifetime});
    print{std::to_string(lifetime) + " calls:", lives(pool.map(worker, range(9), 1))};
    print{"chunks:", lives(pool.map(worker, range(12), 2))};
  }
  std::vector<std::size_t> calls;
  for (const int count : {1, 8, 9, 20}) calls.push_back(by_default(context, count));
  print{"calls by default:", calls};
  {
    auto pool = context.Pool({.processes = 3, .maxtasksperchild = 2});
    const std::vector<int> pids = pool.map(worker, range(20), 1);
    std::vector<std::ptrdiff_t> counts;
    for (const int pid : pids) counts.push_back(std::ranges::count(pids, pid));
    print{"several:", std::set<int>(pids.begin(), pids.end()).size() >= 10, std::ranges::max(counts)};
  }
}
