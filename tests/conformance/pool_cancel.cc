// pool_cancel.cc - pool_cancel.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

int main() {
  threading::Event started;
  threading::Event go;
  std::vector<int> ran;

  const auto block = [&] {
    started.set();
    go.wait();
    return std::string("blocked");
  };

  std::vector<futures::Future<void>> queued;

  const auto all = [&](auto member) {
    std::vector<bool> result;
    for (const auto& f : queued) result.push_back((f.*member)());
    return result;
  };

  {
    futures::ThreadPoolExecutor executor(1);
    auto running = executor.submit(block);
    for (int number = 0; number < 5; ++number) {
      queued.push_back(executor.submit([&ran](int value) { ran.push_back(value); }, number));
    }
    started.wait();
    print{"running:", running.running(), running.cancel(), running.cancelled(), running.done()};
    print{"queued:", all(&futures::AnyFuture::running), all(&futures::AnyFuture::done)};
    print{"cancel:", queued[1].cancel(), queued[3].cancel(), queued[3].cancel()};
    print{"cancelled:", all(&futures::AnyFuture::cancelled), outcome([&] { queued[1].result(); })};
    go.set();
    print{"result:", running.result(), running.cancel()};
  }
  print{"ran:", ran, all(&futures::AnyFuture::cancelled), all(&futures::AnyFuture::done)};

  // Cancelled or run, never both and never neither.
  int count = 0;
  int cancelled = 0;
  threading::Lock lock;

  const auto work = [&] {
    const std::scoped_lock guard(lock);
    ++count;
  };

  {
    futures::ThreadPoolExecutor executor(2);
    for (int round = 0; round < 500; ++round) {
      auto f = executor.submit(work);
      if (f.cancel()) ++cancelled;
    }
  }
  print{"run or cancelled:", count + cancelled};
}
