// wait_cancelled.cc - wait_cancelled.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::until_asleep;

namespace {

using Future = futures::Future<int>;
using Futures = std::vector<Future>;

std::size_t count(auto&& range) {
  std::size_t found = 0;
  for ([[maybe_unused]] const auto& f : range) ++found;
  return found;
}

void check(const std::string& what, auto call) {
  Future f;
  std::vector<std::size_t> found;
  threading::Thread thread([&] { found.push_back(call(f)); });
  thread.start();
  until_asleep(thread);
  f.cancel();
  until_asleep(thread);
  print{what, "cancelled:", found};
  f.set_running_or_notify_cancel();
  thread.join();
  print{what, "told:", found};
}

}  // namespace

int main() {
  Future f;
  f.cancel();
  print{"cancelled:", f.done(), futures::wait(Futures{f}, 0).done.size(), futures::wait(Futures{f}, 0).not_done.size()};
  print{"as_completed:", outcome([&] { return count(futures::as_completed(Futures{f}, 0)); })};
  f.set_running_or_notify_cancel();
  print{"told:", f.done(), futures::wait(Futures{f}, 0).done.size(), futures::wait(Futures{f}, 0).not_done.size()};
  print{"as_completed:", outcome([&] { return count(futures::as_completed(Futures{f}, 0)); })};

  check("all completed", [](const Future& g) { return futures::wait(Futures{g}).done.size(); });
  check("first completed", [](const Future& g) {
    return futures::wait(Futures{g}, {.return_when = futures::FIRST_COMPLETED}).done.size();
  });
  check("first exception", [](const Future& g) {
    return futures::wait(Futures{g}, {.return_when = futures::FIRST_EXCEPTION}).done.size();
  });
  check("as_completed", [](const Future& g) { return count(futures::as_completed(Futures{g})); });

  // It is no exception for FIRST_EXCEPTION.
  f = Future();
  Future g;
  std::vector<futures::DoneAndNotDoneFutures<Future>> found;
  const Futures waiting = {f, g};
  threading::Thread thread([&] { found.push_back(futures::wait(waiting, {.return_when = futures::FIRST_EXCEPTION})); });
  thread.start();
  until_asleep(thread);
  f.cancel();
  f.set_running_or_notify_cancel();
  until_asleep(thread);
  print{"one cancelled:", found.size()};
  g.set_result(1);
  thread.join();
  print{"both done:", found[0].done.size()};
}
