// thread_many_joiners.cc - thread_many_joiners.py, line by line.
#include <skein/threading.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using skein::None;

int main() {
  threading::Event go;
  std::vector<std::string> result;
  std::vector<std::pair<std::string, bool>> seen;
  threading::Lock lock;

  const auto work = [&] {
    go.wait();
    result.push_back("done");
  };

  const auto join = [&](threading::ThreadHandle thread, skein::Timeout timeout) {
    thread.join(timeout);
    const std::scoped_lock guard(lock);
    seen.emplace_back(result[0], thread.is_alive());
  };

  const auto check = [&](auto timeout) {
    go.clear();
    result.clear();
    seen.clear();
    threading::Thread thread(work);
    thread.start();
    std::vector<threading::Thread> joiners;
    for (int i = 0; i < 8; ++i) joiners.emplace_back(join, threading::ThreadHandle(thread), timeout);
    for (auto& joiner : joiners) joiner.start();
    {
      const std::scoped_lock guard(lock);
      print{"before:", seen.size(), thread.is_alive()};
    }
    go.set();
    for (auto& joiner : joiners) joiner.join();
    print{timeout, seen == std::vector<std::pair<std::string, bool>>(8, {"done", false})};
  };

  check(None);
  check(1000);

  // A chain: each joins the one before it.
  std::vector<int> order;

  const auto follow = [&](int number, threading::Thread* before) {
    if (before != nullptr) before->join();
    order.push_back(number);
  };

  std::vector<threading::Thread> threads;
  threads.reserve(8);
  for (int number = 0; number < 8; ++number) {
    threading::Thread* const before = threads.empty() ? nullptr : &threads.back();
    threads.emplace_back(follow, number, before);
  }
  for (auto& thread : threads) thread.start();
  threads.back().join();
  print{order};
  for (auto& thread : threads) thread.join();
}
