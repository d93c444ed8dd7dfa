// barrier_reset_abort.cc - barrier_reset_abort.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::until;

int main() {
  threading::Barrier barrier(3);
  std::vector<std::string> results;
  threading::Lock lock;

  const auto wait = [&] {
    const std::string result = outcome([&] { return barrier.wait(); });
    const std::scoped_lock guard(lock);
    results.push_back(result);
  };

  const auto gather = [&](int n) {
    results.clear();
    std::vector<threading::Thread> threads;
    for (int i = 0; i < n; ++i) threads.emplace_back(wait);
    for (auto& thread : threads) thread.start();
    return threads;
  };

  const auto end = [&](std::vector<threading::Thread> threads) {
    for (auto& thread : threads) thread.join();
    std::ranges::sort(results);
    print{results, "broken:", barrier.broken(), "waiting:", barrier.n_waiting()};
  };

  print{"reset, nobody there:", outcome([&] { barrier.reset(); })};
  end(gather(3));

  print{"reset, two there"};
  std::vector<threading::Thread> threads = gather(2);
  until([&] { return barrier.n_waiting() == 2; });
  barrier.reset();
  end(std::move(threads));
  end(gather(3));

  print{"abort, two there"};
  threads = gather(2);
  until([&] { return barrier.n_waiting() == 2; });
  barrier.abort();
  end(std::move(threads));
  end(gather(3));
  print{"abort again:", outcome([&] { barrier.abort(); }), barrier.broken()};
  print{"wait(0):", outcome([&] { return barrier.wait(0); }), barrier.broken()};
  barrier.reset();
  print{"reset:", barrier.broken()};
  end(gather(3));

  print{"abort, nobody there:", outcome([&] { barrier.abort(); }), barrier.broken()};
  print{"wait:", outcome([&] { return barrier.wait(); })};
  barrier.reset();
  print{"reset:", barrier.broken()};
  end(gather(3));
}
