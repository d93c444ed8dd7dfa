// future_callbacks.cc - future_callbacks.py, line by line.
#include <skein/futures.h>

#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
using conformance::print;
using conformance::str;

int main() {
  std::vector<std::string> calls;
  std::vector<std::string> reports;
  futures::set_report_hook([&](const futures::Report& report) {
    reports.push_back(report.message.substr(0, report.message.find(" for ")));
  });

  const auto bad = [&](const futures::Future<int>& /*f*/) {
    calls.emplace_back("bad");
    throw skein::ValueError("callback");
  };

  const auto check = [&](const std::string& what, auto end) {
    calls.clear();
    reports.clear();
    futures::Future<int> f;
    f.add_done_callback([&](const futures::Future<int>& /*g*/) { calls.emplace_back("first"); });
    f.add_done_callback(bad);
    f.add_done_callback([&](const futures::Future<int>& g) { calls.emplace_back(g == f ? "same" : "other"); });
    f.add_done_callback(bad);
    f.add_done_callback([&](const futures::Future<int>& g) { calls.emplace_back(g.done() ? "done" : "not done"); });
    print{what, "before:", calls, reports.size()};
    end(f);
    print{what, "after:", calls, reports};
  };

  check("result", [](futures::Future<int> f) { f.set_result(1); });
  check("exception", [](futures::Future<int> f) {
    f.set_exception(skein::ValueError("x"));
    static_cast<void>(f.exception());
  });
  check("cancel", [](futures::Future<int> f) { f.cancel(); });

  // The one who cancels calls them; whoever takes notice later does not.
  std::vector<bool> seen;
  futures::Future<int> f;
  f.add_done_callback([&](const futures::Future<int>& g) { seen.push_back(g.cancelled()); });
  f.cancel();
  print{"cancelled:", seen};
  f.cancel();
  f.set_running_or_notify_cancel();
  print{"taken notice of:", seen};
  futures::set_report_hook(nullptr);
}
