// mp_pool_initializer.cc - mp_pool_initializer.py, line by line.
#include <skein/multiprocessing.h>

#include <ranges>
#include <string>
#include <tuple>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

int base = 0;
int calls = 0;

void set_base(int first, int second) { base = first + second; }

void nothing() {}

int add_to_base(int x) { return base + x; }

int count(int /*x*/) { return ++calls; }

auto range(int end) { return std::views::iota(0, end); }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const std::string method : {"fork", "spawn", "forkserver"}) {
    const auto context = multiprocessing::get_context(method);
    auto pool = context.Pool({.processes = 2}, set_base, 100, 20);
    print{method + ":", pool.map(add_to_base, range(5)), base};
  }
  const auto context = multiprocessing::get_context("fork");
  {
    auto pool = context.Pool(2, set_base, std::tuple(1, 2));
    print{"by position:", pool.map(add_to_base, range(3))};
  }
  {
    auto pool = context.Pool(1, set_base, std::tuple(1, 2), 2);
    print{"replaced:", pool.map(add_to_base, range(6), 1), pool.map(count, range(6), 1)};
  }
  {
    auto pool = context.Pool(2, nothing);
    print{"no arguments:", pool.map(add_to_base, range(3))};
  }
  {
    auto pool = context.Pool(1);
    print{"none:", pool.map(count, range(4), 1)};
  }
}
