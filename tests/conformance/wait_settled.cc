// wait_settled.cc - wait_settled.py, line by line.
#include <skein/futures.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
using conformance::print;
using futures::ALL_COMPLETED;
using futures::FIRST_COMPLETED;
using futures::FIRST_EXCEPTION;
using skein::None;

int main() {
  using Future = futures::Future<int>;
  using Futures = std::vector<Future>;

  const Future pending;
  Future running;
  running.set_running_or_notify_cancel();
  Future finished;
  finished.set_result(1);
  Future failed;
  failed.set_exception(skein::ValueError("bad"));
  static_cast<void>(failed.exception());
  Future told;
  told.cancel();
  told.set_running_or_notify_cancel();
  std::unordered_map<Future, std::string> names = {
      {pending, "pending"}, {running, "running"}, {finished, "finished"}, {failed, "failed"}, {told, "told"}};

  const auto check = [&](const std::string& what, const futures::DoneAndNotDoneFutures<Future>& found) {
    const auto sorted = [&](const Futures& some) {
      std::vector<std::string> result;
      for (const auto& f : some) result.push_back(names[f]);
      std::ranges::sort(result);
      return result;
    };
    const auto& [done, not_done] = found;
    print{what, sorted(done), sorted(not_done)};
  };

  const Futures everything = {pending, running, finished, failed, told};
  check("first completed:", futures::wait(everything, {.return_when = FIRST_COMPLETED}));
  check("first exception:", futures::wait(everything, {.return_when = FIRST_EXCEPTION}));
  check("all, no time:", futures::wait(everything, {.timeout = 0}));
  check("all, less than no time:", futures::wait(everything, {.timeout = -1}));
  check("all, some time:", futures::wait(everything, 0.01, ALL_COMPLETED));
  check("nothing done:", futures::wait(Futures{pending, running}, 0, FIRST_COMPLETED));
  check("no exception:", futures::wait(Futures{pending, finished, told}, 0.01, FIRST_EXCEPTION));
  check("all done:", futures::wait(Futures{told, failed, finished}));

  check("twice:", futures::wait(Futures{finished, finished}));
  check("twice:", futures::wait(Futures{finished, failed, finished, failed, failed}, None, ALL_COMPLETED));
  check("twice, pending:", futures::wait(Futures{pending, finished, pending}, 0));

  check("none:", futures::wait(Futures{}));
  check("none:", futures::wait(Futures{}, {.return_when = FIRST_COMPLETED}));
  check("none:", futures::wait(Futures{}, 1000, FIRST_EXCEPTION));
}
