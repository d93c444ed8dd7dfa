// ppe_shutdown_cancel.cc - ppe_shutdown_cancel.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <cstddef>
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
std::optional<Event> g_started;
std::optional<Event> g_go;

void prepare(const Event& started, const Event& go) {
  g_started = started;
  g_go = go;
}

int block(int number) {
  g_started->set();
  g_go->wait();
  return number;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto started = context.Event();
    auto go = context.Event();
    futures::ProcessPoolExecutor executor(1, context, prepare, std::tuple(started, go));
    auto running = executor.submit(block, -1);
    started.wait();
    std::vector<futures::Future<int>> fs;
    for (int number = 0; number < 10; ++number) fs.push_back(executor.submit(block, number));
    std::vector<bool> told;
    fs[9].add_done_callback([&](const futures::AnyFuture& f) { told.push_back(f.cancelled()); });
    executor.shutdown({.wait = false, .cancel_futures = true});
    print{outcome([&] { return fs[9].result(60); }), outcome([&] { static_cast<void>(fs[5].exception(60)); })};
    print{running.done(), outcome([&] { static_cast<void>(executor.submit(block, 10)); })};
    go.set();
    executor.shutdown();
    print{running.result(60), running.cancelled(), told};
    std::vector<std::string> outcomes;
    for (std::size_t i = 5; i < fs.size(); ++i) outcomes.push_back(outcome([&] { return fs[i].result(60); }));
    print{outcomes};
    // Every one has come to one of the two ends.
    bool all = true;
    for (std::size_t i = 0; i < fs.size(); ++i) {
      all = all && (fs[i].cancelled() || fs[i].result(60) == static_cast<int>(i));
    }
    print{all};
  }
}
