// ppe_shutdown.cc - ppe_shutdown.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

std::optional<multiprocessing::Event> g_go;

void prepare(const multiprocessing::Event& go) { g_go = go; }

int wait_and_return(int number) {
  g_go->wait();
  return number;
}

using Calls = std::vector<futures::Future<int>>;

Calls submit_all(futures::ProcessPoolExecutor& executor, int count) {
  Calls calls;
  for (int number = 0; number < count; ++number) calls.push_back(executor.submit(wait_and_return, number));
  return calls;
}

std::string submitted(futures::ProcessPoolExecutor& executor, int number) {
  return outcome([&] { static_cast<void>(executor.submit(wait_and_return, number)); });
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto go = context.Event();
    {
      futures::ProcessPoolExecutor executor(2, context, prepare, std::tuple(go));
      const Calls fs = submit_all(executor, 6);
      executor.shutdown(false);
      std::vector<bool> done;
      for (const auto& f : fs) done.push_back(f.done());
      print{"not waited for:", done};
      print{submitted(executor, 6)};
      print{outcome([&] { static_cast<void>(executor.map(wait_and_return, std::vector<int>{7})); })};
      go.set();
      std::vector<int> results;
      for (const auto& f : fs) results.push_back(f.result());
      print{"results:", results};
      executor.shutdown();
      executor.shutdown(true);
      print{submitted(executor, 8)};
    }
    {
      futures::ProcessPoolExecutor executor(2, context, prepare, std::tuple(go));
      const Calls fs = submit_all(executor, 20);
      executor.shutdown();
      const bool all = std::ranges::all_of(fs, [](const auto& f) { return f.done(); });
      int sum = 0;
      for (const auto& f : fs) sum += f.result();
      print{"waited for:", all, sum};
    }
    // One that was never used.
    futures::ProcessPoolExecutor executor(2, context);
    executor.shutdown({.cancel_futures = true});
    print{submitted(executor, 9)};
    std::vector<std::string> children;
    for (const auto& child : multiprocessing::active_children()) children.push_back(child.name());
    print{"children:", children};
  }
}
