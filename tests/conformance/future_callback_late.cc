// future_callback_late.cc - future_callback_late.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

int main() {
  std::vector<std::string> reports;
  futures::set_report_hook([&](const futures::Report& report) {
    reports.push_back(report.message.substr(0, report.message.find(" for ")));
  });

  std::vector<std::pair<std::string, bool>> calls;

  const auto note = [&](const std::string& text) {
    return [&calls, text](const futures::AnyFuture& /*f*/) {
      calls.emplace_back(text, threading::current_thread() == threading::main_thread());
    };
  };

  futures::Future<int> f;
  f.set_result(1);
  f.add_done_callback(note("finished"));
  print{calls};
  f = futures::Future<int>();
  f.cancel();
  f.add_done_callback(note("cancelled"));
  print{calls};

  const auto bad = [](const futures::AnyFuture& /*f*/) { throw skein::ValueError("late"); };

  print{"raises:", outcome([&] { f.add_done_callback(bad); }), reports};

  // One that is added by a callback goes before those that were added earlier and have not been called yet.
  std::vector<std::string> order;
  f = futures::Future<int>();

  const auto nest = [&](const futures::AnyFuture& g) {
    order.emplace_back("outer begins");
    g.add_done_callback([&](const futures::AnyFuture& /*h*/) { order.emplace_back("inner"); });
    order.emplace_back("outer ends");
  };

  f.add_done_callback(nest);
  f.add_done_callback([&](const futures::AnyFuture& /*g*/) { order.emplace_back("second"); });
  f.set_result(1);
  print{order};

  // Another thread completes the future: it calls them. Late ones are called here.
  calls.clear();
  f = futures::Future<int>();
  f.add_done_callback(note("in time"));
  threading::Thread thread([&] { f.set_result(1); });
  thread.start();
  thread.join();
  f.add_done_callback(note("late"));
  print{calls};

  // Eight threads add while another one sets: each is called, once.
  threading::Lock lock;
  std::vector<int> all(24);
  std::iota(all.begin(), all.end(), 100);
  int good = 0;
  for (int round = 0; round < 50; ++round) {
    f = futures::Future<int>();
    threading::Barrier barrier(9);
    std::vector<int> seen;

    const auto add = [&](int number) {
      barrier.wait();
      for (int i = 0; i < 3; ++i) {
        const auto called = [&, at = number * 3 + i](const futures::Future<int>& g) {
          const std::scoped_lock guard(lock);
          seen.push_back(at + g.result());
        };

        f.add_done_callback(called);
      }
    };

    std::vector<threading::Thread> threads;
    for (int number = 0; number < 8; ++number) threads.emplace_back(add, number);
    for (auto& adder : threads) adder.start();
    barrier.wait();
    f.set_result(100);
    for (auto& adder : threads) adder.join();
    std::ranges::sort(seen);
    good += seen == all ? 1 : 0;
  }
  print{"each once in", good, "rounds"};
  futures::set_report_hook(nullptr);
}
