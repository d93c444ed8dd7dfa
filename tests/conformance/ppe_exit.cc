// ppe_exit.cc - ppe_exit.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

std::optional<multiprocessing::Event> g_go;

void prepare(const multiprocessing::Event& go) { g_go = go; }

int work(int number) {
  g_go->wait();
  return number * number;
}

skein::threading::Lock g_lock;  // Python's lists have one inside.
std::vector<int> g_results;
std::vector<std::unique_ptr<futures::ProcessPoolExecutor>> g_alive;

void add(int result) {
  const std::scoped_lock guard(g_lock);
  g_results.push_back(result);
  if (g_results.size() < 6) return;
  std::ranges::sort(g_results);
  print{g_results};
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  std::vector<multiprocessing::Event> events;
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    events.push_back(context.Event());
    g_alive.push_back(std::make_unique<futures::ProcessPoolExecutor>(1, context, prepare, std::tuple(events.back())));
    auto& executor = *g_alive.back();
    std::optional<futures::Future<int>> last;
    for (int number = 0; number < 20; ++number) last = executor.submit(work, number);
    const auto say = [](const futures::Future<int>& f) { add(f.result()); };
    last->add_done_callback(say);
    executor.submit(work, 20).add_done_callback(say);
  }
  print{"main ends"};
  for (const auto& event : events) event.set();
}
