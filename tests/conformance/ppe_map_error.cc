// ppe_map_error.cc - ppe_map_error.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

class ZeroDivisionError : public skein::ValueError {
 public:
  using skein::ValueError::ValueError;
};
const bool g_known = skein::pickle::register_exception<ZeroDivisionError>();

int reciprocal(int x) {
  if (x == 0) throw ZeroDivisionError("of zero");
  if (x < 0) throw skein::ValueError("negative: " + std::to_string(x));
  return 60 / x;
}

template <class Results>
void extend(std::vector<int>& got, Results& results) {
  for (const int result : results) got.push_back(result);
}

using Ints = std::vector<int>;

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    futures::ProcessPoolExecutor executor(1, context);
    for (const int chunksize : {1, 2, 3, 10}) {
      auto results = executor.map({.chunksize = chunksize}, reciprocal, Ints{1, 2, 3, 0, 4, 5});
      Ints got;
      const std::string ended = outcome([&] { extend(got, results); });
      print{chunksize, ended, got};
      print{"more:", results.begin() == results.end() ? "the end" : "something"};
    }
    const auto listed = [](auto results) {
      return outcome([&] {
        Ints got;
        extend(got, results);
        return got;
      });
    };
    // The first that raises, not the first that is through.
    print{listed(executor.map(reciprocal, Ints{-1, 0, -2}))};
    // In a chunk the first one, too.
    print{listed(executor.map({.chunksize = 3}, reciprocal, Ints{1, -3, 0}))};
    print{"the pool:", executor.submit(reciprocal, 6).result()};
  }
}
