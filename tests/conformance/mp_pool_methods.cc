// mp_pool_methods.cc - mp_pool_methods.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>

#include <algorithm>
#include <ranges>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

struct Point {
  int x = 0;
  int y = 0;

  [[nodiscard]] Point moved(int by) const { return {.x = x + by, .y = y + by}; }
};

int square(int x) { return x * x; }

Point move(const Point& point, int by) { return point.moved(by); }

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

int fail(const std::string& x) { throw skein::ValueError(x); }

auto range(int end) { return std::views::iota(0, end); }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const std::string method : {"fork", "spawn", "forkserver"}) {
    auto pool = multiprocessing::get_context(method).Pool({.processes = 2});
    print{method + ":", pool.map(square, range(10))};
    std::vector<int> squares;
    for (const int each : pool.imap_unordered(square, range(10))) squares.push_back(each);
    std::ranges::sort(squares);
    print{"imap_unordered:", squares};
    const auto result = pool.apply_async(square, 20);
    print{"apply_async:", result.get({.timeout = 10})};
    const Point point = pool.apply(move, Point{.x = 1, .y = 2}, 3);
    print{"object:", point.x, point.y};
    std::vector<std::pair<Point, int>> moves;
    for (int i = 0; i < 3; ++i) moves.emplace_back(Point{.x = i, .y = -i}, i);
    std::vector<std::tuple<int, int>> points;
    for (const Point& p : pool.starmap(move, moves)) points.emplace_back(p.x, p.y);
    print{"points:", points};
    print{"lists:", pool.map(words, std::vector<std::string>{"a b c", "d"}), pool.apply(words, "")};
    print{"error:", outcome([&] { return pool.apply(fail, "x"); })};
  }
}
