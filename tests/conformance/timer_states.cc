// timer_states.cc - timer_states.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

namespace {

bool in_the_list(const threading::Thread& thread) { return std::ranges::count(threading::enumerate(), thread) == 1; }

}  // namespace

int main() {
  std::vector<std::size_t> calls;

  const auto call = [&](auto... args) { calls.push_back(sizeof...(args)); };

  threading::Timer timer(1000, call);
  print{"new:", timer.is_alive(), timer.ident(), timer.daemon()};
  print{"join:", outcome([&] { timer.join(); })};
  print{"start:", outcome([&] { timer.start(); })};
  print{"started:", timer.is_alive(), timer.ident().has_value(), in_the_list(timer)};
  print{"start:", outcome([&] { timer.start(); })};
  print{"join(0.01):", outcome([&] { timer.join(0.01); }), timer.is_alive()};
  timer.cancel();
  print{"join:", outcome([&] { timer.join(); })};
  print{"ended:", timer.is_alive(), in_the_list(timer)};
  print{"start:", outcome([&] { timer.start(); })};
  print{"another thread joins:", in_thread([&] { timer.join(); })};
  print{"calls:", calls};

  threading::Timer clock(0, call, 1, 2);
  clock.set_name("clock");
  clock.set_daemon(true);
  print{"name, daemon:", clock.name(), clock.daemon()};
  clock.start();
  clock.join();
  threading::Timer bare(0, call);
  bare.start();
  bare.join();
  print{"calls:", calls};

  // The function runs in the timer's thread.
  std::vector<threading::ThreadHandle> seen;
  threading::Timer me(0, [&] { seen.push_back(threading::current_thread()); });
  me.start();
  me.join();
  print{"its thread:", seen[0] == me, seen[0] == threading::main_thread()};

  // Ten timers, ten calls.
  threading::Lock lock;
  const auto note = [&](std::size_t number) {
    const std::scoped_lock guard(lock);
    calls.push_back(number);
  };

  calls.clear();
  std::vector<threading::Timer> timers;
  for (std::size_t number = 0; number < 10; ++number) {
    timers.emplace_back(0.001 * static_cast<double>(number), note, number);
  }
  for (auto& each : timers) each.start();
  for (auto& each : timers) each.join();
  std::ranges::sort(calls);
  print{"calls:", calls};
}
