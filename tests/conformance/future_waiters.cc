// future_waiters.cc - future_waiters.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::until_asleep;

namespace {

using Future = futures::Future<std::string>;

void check(const std::string& what, const std::function<void(Future&)>& end) {
  Future f;
  threading::Lock lock;
  std::vector<std::string> seen;

  const auto wait = [&](const std::function<std::string()>& call) {
    const std::string text = outcome(call);
    const std::scoped_lock guard(lock);
    seen.push_back(text);
  };

  const std::vector<std::function<std::string()>> calls = {[&] { return f.result(); }, [&] { return f.result(1000); },
                                                           [&] { return f.result(); },
                                                           [&] { return conformance::str(f.exception() == nullptr); }};
  std::vector<threading::Thread> threads;
  for (const auto& call : calls) threads.emplace_back(wait, call);
  for (auto& thread : threads) {
    thread.start();
    until_asleep(thread);
  }
  {
    const std::scoped_lock guard(lock);
    print{what, "before:", seen};
  }
  end(f);
  for (auto& thread : threads) thread.join();
  std::ranges::sort(seen);
  print{what, "after:", seen};
}

void run_first(Future& f) {
  f.set_running_or_notify_cancel();
  f.set_result("ran");
}

}  // namespace

int main() {
  check("result", [](Future& f) { f.set_result("a"); });
  check("running, then result", run_first);
  check("exception", [](Future& f) { f.set_exception(skein::ValueError("bad")); });
  check("cancel", [](Future& f) { f.cancel(); });
}
