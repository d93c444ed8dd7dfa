// pickle_containers.cc - pickle_containers.py, line by line.
#include <skein/pickle.h>

#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace pickle = skein::pickle;
using conformance::outcome;
using conformance::print;

namespace {

template <class T>
T copy(const T& value) {
  return pickle::loads<T>(pickle::dumps(value));
}

struct Point {
  int x;
  int y;
};

struct Path {
  std::string name;
  std::vector<Point> points;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, points);
  }
};

}  // namespace

int main() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  print{"int:", copy(0), copy(-1), copy(std::int64_t{1} << 62)};
  print{"bool:", copy(true), copy(false)};
  print{"str:", copy("text"s), copy(""s).size(), copy(std::string(100000, 'x')).size()};
  const std::vector bytes{std::byte{'a'}, std::byte{0}, std::byte{'b'}};
  print{"bytes:", copy(bytes) == bytes, copy(bytes).size()};
  print{"list:", copy(std::vector{1, 2, 3}), copy(std::vector{"a"s, ""s}), copy(std::vector<int>()).size()};
  print{"list of lists:", copy(std::vector<std::vector<int>>{{1}, {}, {2, 3}})};
  const auto bools = copy(std::vector{true, false, true});
  print{"list of bools:", std::vector<std::optional<bool>>(bools.begin(), bools.end())};
  print{"tuple:", copy(std::tuple(1, "x"s, true))};
  print{"tuple of nothing:", std::tuple_size_v<decltype(copy(std::tuple()))>};
  print{"dict:", copy(std::map<std::string, int>{{"a", 1}, {"b", 2}})};
  print{"dict of lists:", copy(std::map<int, std::vector<std::string>>{{1, {"x"}}, {2, {}}})};
  print{"set:", copy(std::set{3, 1, 2})};
  print{"None:", copy(std::optional<int>()), copy(std::vector<std::optional<int>>{{}, 5})};
  constexpr double kInf = std::numeric_limits<double>::infinity();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  print{"float:", copy(0.1) == 0.1, copy(kInf) == kInf, copy(kNaN) == copy(kNaN)};
  print{"complex:", copy(std::complex(1.0, 2.0)) == std::complex(1.0, 2.0)};

  const auto point = copy(Point(1, 2));
  print{"object:", point.x, point.y};
  const auto path = copy(Path("way", {Point(1, 2), Point(3, 4)}));
  std::vector<std::tuple<int, int>> points;
  points.reserve(path.points.size());
  for (const auto& p : path.points) points.emplace_back(p.x, p.y);
  print{"object of objects:", path.name, points};

  // A copy is one's own.
  const std::vector original{1, 2};
  auto other = copy(original);
  other.push_back(3);
  print{"a copy:", original, other};
  print{"again:", pickle::dumps(std::vector{1, 2}) == pickle::dumps(std::vector{1, 2}),
        pickle::dumps(std::vector{1, 2}) == pickle::dumps(std::vector{1, 3})};
  print{"outcome:", outcome([] { return copy(std::vector{1}); })};
}
