// pool_shutdown.cc - pool_shutdown.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <optional>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

namespace {

int pow(int base, int exponent) { return exponent == 0 ? 1 : base * pow(base, exponent - 1); }

}  // namespace

int main() {
  std::optional<futures::ThreadPoolExecutor> executor(std::in_place, 1);
  threading::Event started;
  threading::Event go;

  const auto block = [&] {
    started.set();
    go.wait();
    return std::string("blocked");
  };

  const auto submit = [&] { return outcome([&] { static_cast<void>(executor->submit(pow, 2, 3)); }); };
  const auto shutdown = [&](bool wait) { return outcome([&] { executor->shutdown(wait); }); };

  auto first = executor->submit(block);
  std::vector<futures::Future<int>> queued;
  for (int number = 0; number < 4; ++number) queued.push_back(executor->submit(pow, 2, number));
  started.wait();
  executor->shutdown({.wait = false});
  std::vector<bool> done;
  for (const auto& f : queued) done.push_back(f.done());
  print{"not waited for:", first.running(), done};
  print{"submit:", submit()};
  print{"map:", outcome([&] { static_cast<void>(executor->map(pow, std::vector{2}, std::vector{3})); })};
  print{"map of nothing:", outcome([&] {
          std::vector<int> results;
          for (const int result : executor->map(pow, std::vector<int>(), std::vector<int>())) results.push_back(result);
          return results;
        })};
  go.set();
  executor->shutdown();
  std::vector<int> results;
  for (const auto& f : queued) results.push_back(f.result());
  print{"waited for:", first.result(), results};
  print{"again:", shutdown(true), shutdown(false)};
  print{"submit:", submit()};

  // One that has never been used.
  executor.emplace();
  print{"unused:", shutdown(true), submit()};

  // A task submits to its own pool while that is being shut down.
  executor.emplace(1);
  started.clear();
  go.clear();

  const auto submit_more = [&] {
    started.set();
    go.wait();
    return submit();
  };

  auto late = executor->submit(submit_more);
  started.wait();
  executor->shutdown(false);
  go.set();
  print{"from within:", late.result()};
  executor->shutdown();
}
