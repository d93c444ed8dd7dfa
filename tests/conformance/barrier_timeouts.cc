// barrier_timeouts.cc - barrier_timeouts.py, line by line.
#include <skein/threading.h>
#include <skein/time.h>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;
using conformance::until;
using skein::None;

namespace {

void check(std::string_view name, skein::Timeout timeout) {
  threading::Barrier barrier(2);
  print{name, outcome([&] { return barrier.wait(timeout); }), barrier.broken(), barrier.n_waiting()};
}

}  // namespace

int main() {
  check("-5:", -5);
  check("-0.5:", -0.5);
  check("0:", 0);
  check("0.01:", 0.01);

  threading::Barrier hasty(2, {.timeout = 0.01});
  print{"its own timeout:", outcome([&] { return hasty.wait(); }), hasty.broken()};
  threading::Barrier patient(2, None, 1000);
  print{"another for one call:", outcome([&] { return patient.wait(0.01); }), patient.broken()};
  print{"and for all after it:", outcome([&] { return patient.wait(1000); }), patient.broken()};
  patient.reset();
  print{"reset:", patient.broken()};
  const double begin = time_::monotonic();
  print{"keyword:", outcome([&] { return patient.wait({.timeout = 0.05}); })};
  print{"not before its time:", time_::monotonic() - begin >= 0.05};

  // The one whose time runs out takes the patient ones with it.
  threading::Barrier barrier(4);
  std::vector<std::string> results;
  threading::Lock lock;

  const auto wait = [&] {
    const std::string result = outcome([&] { return barrier.wait(); });
    const std::scoped_lock guard(lock);
    results.push_back(result);
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back(wait);
  for (auto& thread : threads) thread.start();
  until([&] { return barrier.n_waiting() == 2; });
  print{"the hasty one:", outcome([&] { return barrier.wait(0.01); })};
  for (auto& thread : threads) thread.join();
  print{"the patient ones:", results};
  print{"too late:", outcome([&] { return barrier.wait(); })};
  print{"broken:", barrier.broken(), "waiting:", barrier.n_waiting()};

  // Not when all have come in time, however short it was.
  threading::Barrier single(1, {.timeout = 0});
  print{"nobody to wait for:", single.wait(), single.wait(-1)};
}
