// wait_conditions.cc - wait_conditions.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;
using conformance::until_asleep;
using futures::ALL_COMPLETED;
using futures::FIRST_COMPLETED;
using futures::FIRST_EXCEPTION;

namespace {

using Futures = std::vector<futures::Future<int>>;

std::vector<std::ptrdiff_t> places(const Futures& fs, const Futures& some) {
  std::vector<std::ptrdiff_t> result;
  for (const auto& f : some) result.push_back(std::ranges::find(fs, f) - fs.begin());
  std::ranges::sort(result);
  return result;
}

// Waits for four futures; each step ends one of them. Prints whether the wait is over after each.
void check(futures::ReturnWhen condition, const std::vector<std::pair<int, bool>>& steps) {
  Futures fs(4);
  std::vector<futures::DoneAndNotDoneFutures<futures::Future<int>>> found;

  const auto wait = [&] { found.push_back(futures::wait(fs, {.return_when = condition})); };

  threading::Thread thread(wait);
  thread.start();
  until_asleep(thread);
  std::size_t number = 0;
  for (const auto& [index, fails] : steps) {
    futures::Future<int>& f = fs[static_cast<std::size_t>(index)];
    if (fails) {
      f.set_exception(skein::ValueError("bad"));
      static_cast<void>(f.exception());
    } else {
      f.set_result(index);
    }
    if (++number < steps.size()) {
      until_asleep(thread);
      print{"after", index, "waiting:", thread.is_alive()};
    }
  }
  thread.join();
  const auto& [done, not_done] = found[0];
  print{"done:", places(fs, done), "not done:", places(fs, not_done)};
}

}  // namespace

int main() {
  print{"first completed"};
  check(FIRST_COMPLETED, {{2, false}});
  check(FIRST_COMPLETED, {{3, true}});
  print{"first exception"};
  check(FIRST_EXCEPTION, {{1, false}, {3, false}, {0, true}});
  check(FIRST_EXCEPTION, {{2, true}});
  check(FIRST_EXCEPTION, {{1, false}, {3, false}, {0, false}, {2, false}});
  print{"all completed"};
  check(ALL_COMPLETED, {{1, false}, {0, true}, {3, false}, {2, true}});
}
