// pool_shutdown_cancel.cc - pool_shutdown_cancel.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

namespace {

void check(bool wait) {
  futures::ThreadPoolExecutor executor(2);
  threading::Semaphore started(0);
  threading::Event go;
  std::vector<int> ran;

  const auto block = [&](int number) {
    started.release();
    go.wait();
    return number;
  };

  const auto cancelled = [](const auto& fs) {
    std::vector<bool> result;
    for (const auto& f : fs) result.push_back(f.cancelled());
    return result;
  };

  std::vector<futures::Future<int>> running;
  for (int number = 0; number < 2; ++number) running.push_back(executor.submit(block, number));
  started.acquire();
  started.acquire();
  std::vector<futures::Future<void>> queued;
  for (int number = 0; number < 4; ++number) {
    queued.push_back(executor.submit([&](int value) { ran.push_back(value); }, number));
  }
  std::vector<bool> called;
  for (auto& f : queued) {
    f.add_done_callback([&](const futures::AnyFuture& done) { called.push_back(done.cancelled()); });
  }
  const bool early = queued[2].cancel();
  if (wait) queued[3].add_done_callback([&](const futures::AnyFuture& /*f*/) { go.set(); });
  executor.shutdown({.wait = wait, .cancel_futures = true});
  print{"queued:", early, cancelled(queued), called, outcome([&] { queued[0].result(); })};
  go.set();
  std::vector<int> results;
  for (const auto& f : running) results.push_back(f.result());
  print{"running:", results, ran};
  print{"submit:", outcome([&] { static_cast<void>(executor.submit(block, 3)); })};
  executor.shutdown();
  executor.shutdown({.cancel_futures = true});
  print{"again:", results, cancelled(running)};
}

}  // namespace

int main() {
  check(false);
  check(true);
}
