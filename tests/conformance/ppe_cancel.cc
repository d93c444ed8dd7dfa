// ppe_cancel.cc - ppe_cancel.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

using Event = multiprocessing::Event;
using Count = multiprocessing::Value<int>;
std::optional<Event> g_started;
std::optional<Event> g_go;
std::optional<Count> g_count;

void prepare(const Event& started, const Event& go, const Count& count) {
  g_started = started;
  g_go = go;
  g_count = count;
}

std::string block() {
  g_started->set();
  g_go->wait();
  return "blocked";
}

int work(int number) {
  const std::scoped_lock guard(*g_count);
  g_count->set_value(g_count->value() + 1);
  return number;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto started = context.Event();
    auto go = context.Event();
    auto count = context.Value<int>(0);
    std::vector<futures::Future<int>> queued;
    {
      futures::ProcessPoolExecutor executor(1, context, prepare, std::tuple(started, go, count));
      auto running = executor.submit(block);
      started.wait();
      for (int number = 0; number < 10; ++number) queued.push_back(executor.submit(work, number));
      print{"running:", running.running(), running.cancel(), running.cancelled(), running.done()};
      print{"cancel:", queued[7].cancel(), queued[9].cancel(), queued[9].cancel()};
      print{"cancelled:", queued[7].cancelled(), queued[7].done(), queued[8].cancelled(),
            outcome([&] { return queued[7].result(); })};
      go.set();
      print{"result:", running.result(), running.cancel()};
    }
    std::vector<bool> cancelled_ones;
    std::vector<bool> done;
    std::vector<std::string> outcomes;
    for (auto& f : queued) {
      cancelled_ones.push_back(f.cancelled());
      done.push_back(f.done());
      outcomes.push_back(outcome([&] { return f.result(); }));
    }
    print{"ran:", count.value(), cancelled_ones, done};
    print{outcomes};
    // Cancelled or run, never both and never neither.
    int cancelled = 0;
    {
      futures::ProcessPoolExecutor executor(2, context, prepare, std::tuple(started, go, count));
      for (int round = 0; round < 200; ++round) cancelled += executor.submit(work, round).cancel() ? 1 : 0;
    }
    print{"run or cancelled:", count.value() - 8 + cancelled};
  }
}
