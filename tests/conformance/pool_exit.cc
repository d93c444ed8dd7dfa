// pool_exit.cc - pool_exit.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

namespace {

threading::Event main_ends;

int work(int number) {
  main_ends.wait();
  print{"task", number};
  return number;
}

}  // namespace

int main() {
  static std::vector<futures::Future<int>> fs;
  static futures::ThreadPoolExecutor executor(1);
  for (int number = 0; number < 4; ++number) fs.push_back(executor.submit(work, number));
  fs[2].cancel();
  fs[3].add_done_callback([](const futures::Future<int>& f) { print{"callback:", f.result()}; });

  const auto follow = [] { print{"of a task:", outcome([] { return fs[3].result(); })}; };

  static const auto last = executor.submit(follow);
  std::vector<bool> done;
  for (const auto& f : fs) done.push_back(f.done());
  print{"main ends", done};
  main_ends.set();
}
