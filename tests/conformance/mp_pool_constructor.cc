// mp_pool_constructor.cc - mp_pool_constructor.py, line by line.
#include <skein/multiprocessing.h>

#include <ranges>
#include <tuple>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using skein::None;

namespace {

int square(int x) { return x * x; }

void nothing() {}

template <class Make>
std::vector<int> used(Make make) {
  auto pool = make();
  return pool.map(square, std::views::iota(0, 3));
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  const auto fork = multiprocessing::get_context("fork");
  for (const int processes : {0, -1}) print{"processes:", outcome([&] { fork.Pool(processes).close(); })};
  for (const int lifetime : {0, -1}) {
    print{"maxtasksperchild:", outcome([&] { fork.Pool({.processes = 1, .maxtasksperchild = lifetime}).close(); })};
  }
  print{"both:", outcome([&] { fork.Pool({.processes = 0, .maxtasksperchild = 0}).close(); })};
  print{"children:", multiprocessing::active_children().size()};

  print{"Pool(2):", used([&] { return fork.Pool(2); })};
  print{"Pool():", used([&] { return fork.Pool(); })};
  print{"Pool(None):", used([&] { return fork.Pool(None); })};
  print{"keyword:", used([&] { return fork.Pool({.processes = 2, .maxtasksperchild = 3}); })};
  print{"context:", used([&] { return multiprocessing::pool::Pool({.processes = 2, .context = fork}); })};
  print{"context:", used([&] { return multiprocessing::pool::Pool(2, nothing, std::tuple(), None, fork); })};
  multiprocessing::set_start_method("spawn");
  print{"default:", used([&] { return multiprocessing::Pool(1); })};
  print{"children:", multiprocessing::active_children().size()};
  {
    auto pool = fork.Pool(3);
    print{"children:", multiprocessing::active_children().size(), pool.apply(square, 4)};
  }
}
