// pool_callbacks.cc - pool_callbacks.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

namespace {

int pow(int base, int exponent) { return exponent == 0 ? 1 : base * pow(base, exponent - 1); }

int count_down(int number) { return number - 1; }

}  // namespace

int main() {
  std::vector<std::string> reports;
  futures::set_report_hook([&](const futures::Report& report) {
    reports.push_back(report.message.substr(0, report.message.find(" for ")));
  });

  threading::Event go;
  std::vector<std::tuple<std::string, bool, bool>> called;
  threading::Event finished;

  const auto note = [&](const futures::AnyFuture& f) {
    called.emplace_back(threading::current_thread().name(), f.done(), f.cancelled());
  };

  const auto bad = [&](const futures::AnyFuture& f) {
    called.emplace_back("bad", true, f.cancelled());
    throw skein::ValueError("callback");
  };

  {
    futures::ThreadPoolExecutor executor(1, "worker");

    const std::function<void(const futures::Future<int>&)> more = [&](const futures::Future<int>& f) {
      if (!f.cancelled() && f.result() > 0) {
        executor.submit(count_down, f.result()).add_done_callback(more);
      } else {
        finished.set();
      }
    };

    auto blocked = executor.submit([&] { go.wait(); });
    auto queued = executor.submit(pow, 2, 5);
    auto dropped = executor.submit(pow, 2, 6);
    for (const auto& f : {queued, dropped}) {
      f.add_done_callback(note);
      f.add_done_callback(bad);
      f.add_done_callback(note);
    }
    dropped.cancel();
    print{"cancelled:", called, reports.size()};
    called.clear();
    go.set();
    print{"result:", queued.result()};
    // The worker is through with the callbacks when it has run the next one.
    executor.submit(pow, 2, 7).result();
    print{"finished:", called, reports};

    // A callback submits the next task, which gets the same callback.
    called.clear();
    executor.submit(count_down, 20).add_done_callback(more);
    finished.wait();
    print{"chain ended"};
  }
  futures::set_report_hook(nullptr);
}
