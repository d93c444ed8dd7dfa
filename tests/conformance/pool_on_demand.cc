// pool_on_demand.cc - pool_on_demand.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;
using conformance::until_asleep;

namespace {

auto workers() { return threading::active_count() - 1; }

}  // namespace

int main() {
  {
    futures::ThreadPoolExecutor executor(4);
    print{"none:", workers()};
    std::set<std::string> seen;
    for (int i = 0; i < 6; ++i) {
      auto thread = executor.submit([] { return threading::current_thread(); }).result();
      seen.insert(thread.name());
      until_asleep(thread);
    }
    print{"one after the other:", seen, workers()};

    threading::Semaphore started(0);
    threading::Event go;

    const auto block = [&] {
      started.release();
      go.wait();
      return threading::current_thread();
    };

    std::vector<futures::Future<threading::ThreadHandle>> fs;
    for (int i = 0; i < 6; ++i) {
      fs.push_back(executor.submit(block));
      if (fs.size() <= 4) started.acquire();
      print{"at a time:", fs.size(), "workers:", workers()};
    }
    go.set();
    std::vector<threading::ThreadHandle> threads;
    for (const auto& f : fs) threads.push_back(f.result());
    for (auto& thread : threads) until_asleep(thread);
    for (int i = 0; i < 4; ++i) {
      executor.submit([] { return 0; }).result();
      for (auto& thread : threads) until_asleep(thread);
    }
    print{"later:", workers()};
  }
  print{"shut down:", workers()};
}
