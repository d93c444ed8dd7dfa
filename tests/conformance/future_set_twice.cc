// future_set_twice.cc - future_set_twice.py, line by line.
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

namespace {

// The outcome up to the future's address.
template <class Call>
std::string attempt(Call call) {
  const std::string whole = outcome(call);
  return whole.substr(0, whole.find(" at "));
}

}  // namespace

int main() {
  const auto result = [](const futures::Future<int>& f) { return outcome([&] { return f.result(); }); };

  futures::Future<int> f;
  f.set_result(1);
  print{attempt([&] { f.set_result(2); }), f.result()};
  print{attempt([&] { f.set_exception(skein::ValueError("late")); }), f.result()};

  f = futures::Future<int>();
  f.set_exception(skein::ValueError("first"));
  print{attempt([&] { f.set_result(2); }), result(f)};
  print{attempt([&] { f.set_exception(skein::ValueError("second")); }), result(f)};

  f = futures::Future<int>();
  f.cancel();
  print{attempt([&] { f.set_result(2); }), f.cancelled()};
  print{attempt([&] { f.set_exception(skein::ValueError("late")); }), f.cancelled()};
  f.set_running_or_notify_cancel();
  print{attempt([&] { f.set_result(2); }), f.cancelled()};

  // Eight at once: one wins, and what it has set is there.
  threading::Lock lock;
  int good = 0;
  for (int round = 0; round < 100; ++round) {
    f = futures::Future<int>();
    threading::Barrier barrier(8);
    std::vector<int> winners;

    const auto race = [&](int number) {
      barrier.wait();
      if (attempt([&] { f.set_result(number); }) == "None") {
        const std::scoped_lock guard(lock);
        winners.push_back(number);
      }
    };

    std::vector<threading::Thread> threads;
    for (int number = 0; number < 8; ++number) threads.emplace_back(race, number);
    for (auto& thread : threads) thread.start();
    for (auto& thread : threads) thread.join();
    good += winners == std::vector<int>{f.result()} ? 1 : 0;
  }
  print{"one winner in", good, "rounds"};
}
