// ppe_wait.cc - ppe_wait.py, line by line.
#include <skein/futures.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

using Events = std::vector<multiprocessing::Event>;
Events g_events;

void prepare(const Events& events) { g_events = events; }

int after(int number) {
  g_events[static_cast<std::size_t>(number)].wait();
  if (number == 1) throw skein::ValueError("one");
  return number;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    Events events;
    for (int i = 0; i < 3; ++i) events.push_back(context.Event());
    futures::ProcessPoolExecutor executor(3, context, prepare, std::tuple(events));
    futures::ThreadPoolExecutor threads(1);
    std::vector<futures::Future<int>> fs;
    for (int number = 0; number < 3; ++number) fs.push_back(executor.submit(after, number));
    auto found = futures::wait(fs, {.timeout = 0.01});
    print{found.done.size(), found.not_done.size()};
    events[2].set();
    found = futures::wait(fs, {.return_when = futures::FIRST_COMPLETED});
    std::vector<int> results;
    for (const auto& f : found.done) results.push_back(f.result());
    print{results};
    events[1].set();
    found = futures::wait(fs, {.return_when = futures::FIRST_EXCEPTION});
    print{found.done.size(), std::ranges::find(found.not_done, fs[0]) != found.not_done.end(),
          outcome([&] { return fs[1].result(); })};
    const std::vector<futures::AnyFuture> mixed{fs[0], threads.submit([&] { events[0].set(); })};
    std::vector<std::string> texts;
    for (const auto& f : futures::as_completed(mixed, {.timeout = 60})) {
      texts.push_back(f == fs[0] ? str(fs[0].result()) : "None");
    }
    std::ranges::sort(texts, [](const std::string& a, const std::string& b) { return a < b; });
    print{texts};
    const std::size_t done = futures::wait(fs).done.size();
    results.clear();
    for (const auto& f : fs) {
      if (f.exception() == nullptr) results.push_back(f.result());
    }
    print{done, results};
  }
}
