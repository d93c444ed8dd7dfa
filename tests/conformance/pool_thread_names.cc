// pool_thread_names.cc - pool_thread_names.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

namespace {

std::vector<std::string> names(futures::ThreadPoolExecutor& executor, int number) {
  threading::Barrier barrier(number);

  const auto name = [&] {
    barrier.wait();
    return threading::current_thread().name();
  };

  std::vector<futures::Future<std::string>> fs;
  for (int i = 0; i < number; ++i) fs.push_back(executor.submit(name));
  std::vector<std::string> result;
  for (const auto& f : fs) result.push_back(f.result());
  executor.shutdown();
  std::ranges::sort(result);
  return result;
}

std::tuple<bool, bool, bool> about() {
  const auto thread = threading::current_thread();
  return {thread.daemon(), thread.is_alive(), thread == threading::main_thread()};
}

}  // namespace

int main() {
  futures::ThreadPoolExecutor first(2);
  futures::ThreadPoolExecutor given({.max_workers = 3, .thread_name_prefix = "special"});
  std::optional<futures::ThreadPoolExecutor> another(std::in_place, 1);
  print{names(*another, 1)};
  print{names(given, 3)};
  print{names(first, 2)};
  print{names(another.emplace(1, ""), 1)};
  print{names(another.emplace(1, "by position"), 1)};
  print{names(another.emplace(2, "special"), 2)};
  print{names(another.emplace(skein::None, "no number"), 1)};
  print{names(another.emplace(), 1)};

  print{another.emplace(1).submit(about).result()};
}
