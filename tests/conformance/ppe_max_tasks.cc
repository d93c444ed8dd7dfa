// ppe_max_tasks.cc - ppe_max_tasks.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

std::pair<int, int> pid(int number) { return {number, ::getpid()}; }

std::string name() { return multiprocessing::current_process().name(); }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    for (const int share : {1, 2, 3}) {
      futures::ProcessPoolExecutor executor({.max_workers = 1, .mp_context = context, .max_tasks_per_child = share});
      // One after another: the workers follow each other.
      std::vector<int> pids;
      for (int number = 0; number < 6; ++number) pids.push_back(executor.submit(pid, number).result().second);
      std::vector<std::ptrdiff_t> places;
      for (const int one : pids) places.push_back(std::ranges::find(pids, one) - pids.begin());
      print{method, share, places};
    }
  }
  // Without a context it is spawn.
  futures::ProcessPoolExecutor executor({.max_workers = 1, .max_tasks_per_child = 1});
  const std::string whole = executor.submit(name).result();
  print{whole.substr(0, whole.rfind('-'))};
}
