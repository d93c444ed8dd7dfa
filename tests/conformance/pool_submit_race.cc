// pool_submit_race.cc - pool_submit_race.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <numeric>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

int main() {
  threading::Lock lock;
  int right = 0;
  for (int round = 0; round < 10; ++round) {
    futures::ThreadPoolExecutor executor(2);
    threading::Barrier barrier(9);
    std::size_t ran = 0;
    std::vector<futures::Future<void>> accepted;
    std::vector<std::size_t> refused;

    const auto work = [&] {
      const std::scoped_lock guard(lock);
      ++ran;
    };

    const auto submit = [&] {
      std::vector<futures::Future<void>> fs;
      std::size_t errors = 0;
      barrier.wait();
      for (int i = 0; i < 20; ++i) {
        try {
          fs.push_back(executor.submit(work));
        } catch (const skein::RuntimeError&) {
          ++errors;
        }
      }
      const std::scoped_lock guard(lock);
      accepted.insert(accepted.end(), fs.begin(), fs.end());
      refused.push_back(errors);
    };

    std::vector<threading::Thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back(submit);
    for (auto& thread : threads) thread.start();
    barrier.wait();
    executor.shutdown();
    for (auto& thread : threads) thread.join();
    const bool none_lost = ran == accepted.size() && std::accumulate(refused.begin(), refused.end(), ran) == 160 &&
                           std::ranges::all_of(accepted, [](const auto& f) { return f.done(); });
    right += none_lost ? 1 : 0;
  }
  print{"none lost in", right, "rounds"};
}
