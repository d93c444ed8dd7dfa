// mp_pool_states.cc - mp_pool_states.py, line by line.
#include <skein/multiprocessing.h>

#include <numeric>
#include <ranges>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

int square(int x) { return x * x; }

int add(int a, int b) { return a + b; }

std::vector<int> list(multiprocessing::pool::IMapIterator<int> results) {
  std::vector<int> all;
  for (const int result : results) all.push_back(result);
  return all;
}

void calls(multiprocessing::Pool& pool) {
  const std::vector<int> one{1};
  const std::vector<std::pair<int, int>> pair{{1, 2}};
  print{"apply:", outcome([&] { return pool.apply(square, 1); })};
  print{"apply_async:", outcome([&] { return pool.apply_async(square, 1).get(); })};
  print{"map:", outcome([&] { return pool.map(square, one); }),
        outcome([&] { return pool.map(square, std::vector<int>()); })};
  print{"map_async:", outcome([&] { return pool.map_async(square, one).get(); })};
  print{"starmap:", outcome([&] { return pool.starmap(add, pair); })};
  print{"starmap_async:", outcome([&] { return pool.starmap_async(add, pair).get(); })};
  print{"imap:", outcome([&] { return list(pool.imap(square, one)); }),
        outcome([&] { static_cast<void>(pool.imap(square, one, 0)); })};
  print{"imap_unordered:", outcome([&] { return list(pool.imap_unordered(square, one)); })};
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  const auto context = multiprocessing::get_context("fork");
  {
    auto pool = context.Pool(2);
    print{"join:", outcome([&] { pool.join(); })};
    calls(pool);
    const auto result = pool.map_async(square, std::views::iota(0, 100));
    print{"close:", outcome([&] { pool.close(); }), outcome([&] { pool.close(); })};
    calls(pool);
    print{"join:", outcome([&] { pool.join(); }), outcome([&] { pool.join(); })};
    const std::vector<int> squares = result.get();
    print{"result:", std::accumulate(squares.begin(), squares.end(), 0)};
    calls(pool);
    print{"terminate:", outcome([&] { pool.terminate(); }), outcome([&] { pool.terminate(); })};
    print{"join:", outcome([&] { pool.join(); })};
    print{"close:", outcome([&] { pool.close(); })};
  }
  {
    auto pool = context.Pool(2);
    print{"terminate:", outcome([&] { pool.terminate(); })};
    calls(pool);
    print{"close:", outcome([&] { pool.close(); })};
    print{"join:", outcome([&] { pool.join(); })};
  }
  {
    auto pool = context.Pool(2);
    print{"with:", pool.apply(square, 3)};
  }
  print{"children:", std::vector<int>(multiprocessing::active_children().size())};
}
