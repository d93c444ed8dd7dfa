// event_set_then_clear.cc - event_set_then_clear.py, line by line.
#include <skein/threading.h>

#include <mutex>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::until_asleep;
using skein::None;

int main() {
  threading::Event event;
  std::vector<bool> results;
  threading::Lock lock;

  const auto wait = [&](skein::Timeout timeout) {
    const bool result = event.wait(timeout);
    const std::scoped_lock guard(lock);
    results.push_back(result);
  };

  const auto check = [&](auto timeout) {
    for (int round = 0; round < 3; ++round) {
      std::vector<threading::Thread> threads;
      for (int i = 0; i < 4; ++i) threads.emplace_back(wait, timeout);
      for (auto& thread : threads) thread.start();
      for (auto& thread : threads) until_asleep(thread);
      event.set();
      event.clear();
      for (auto& thread : threads) thread.join();
      print{timeout, results, event.is_set()};
      results.clear();
    }
  };

  check(None);
  check(25);
}
