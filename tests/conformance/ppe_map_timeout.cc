// ppe_map_timeout.cc - ppe_map_timeout.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <mutex>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using skein::None;

namespace {

using Count = multiprocessing::Value<int>;
std::optional<multiprocessing::Event> g_go;
std::optional<Count> g_count;

void prepare(const multiprocessing::Event& go, const Count& count) {
  g_go = go;
  g_count = count;
}

int wait_if(int number) {
  {
    const std::scoped_lock guard(*g_count);
    g_count->set_value(g_count->value() + 1);
  }
  if (number == 1) g_go->wait();
  return number;
}

auto range(int end) { return std::views::iota(0, end); }

template <class Results>
void extend(std::vector<int>& got, Results&& results) {
  for (const int result : results) got.push_back(result);
}
template <class Results>
std::vector<int> list(Results&& results) {
  std::vector<int> got;
  extend(got, results);
  return got;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto go = context.Event();
    auto count = context.Value<int>(0);
    {
      futures::ProcessPoolExecutor executor(1, context, prepare, std::tuple(go, count));
      executor.submit(wait_if, 0).result();
      std::vector<int> got;
      auto results = executor.map({.timeout = 0.5}, wait_if, range(40));
      const std::string ended = outcome([&] { extend(got, results); });
      print{ended, got};
      go.set();
    }
    print{"not all:", count.value() < 41};
    futures::ProcessPoolExecutor executor(1, context, prepare, std::tuple(go, count));
    print{list(executor.map({.timeout = 60}, wait_if, range(4)))};
    print{list(executor.map({.timeout = None, .chunksize = 3}, wait_if, range(4)))};
  }
}
