// ppe_max_workers.cc - ppe_max_workers.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

int g_wanted = 0;
std::optional<multiprocessing::Value<int>> g_arrived;
std::optional<multiprocessing::Event> g_go;

void prepare(int wanted, const multiprocessing::Value<int>& arrived, const multiprocessing::Event& go) {
  g_wanted = wanted;
  g_arrived = arrived;
  g_go = go;
}

int meet() {
  {
    const std::scoped_lock guard(*g_arrived);
    g_arrived->set_value(g_arrived->value() + 1);
    if (g_arrived->value() == g_wanted) g_go->set();
  }
  g_go->wait();
  return ::getpid();
}

std::string made(futures::ProcessPoolExecutorOptions options) {
  return outcome([&] { const futures::ProcessPoolExecutor executor(std::move(options)); });
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const std::string method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    for (const int workers : {0, -1, -100}) print{made({.max_workers = workers, .mp_context = context})};
    for (const int tasks : {0, -1}) {
      print{made({.max_workers = 1, .mp_context = context, .max_tasks_per_child = tasks})};
    }
    if (method == "fork") print{made({.max_workers = 1, .mp_context = context, .max_tasks_per_child = 1})};
    // Both are wrong.
    print{made({.max_workers = 0, .mp_context = context, .max_tasks_per_child = 0})};
    for (const int workers : {1, 2, 3}) {
      auto arrived = context.Value<int>(0);
      auto go = context.Event();
      std::set<int> pids;
      {
        futures::ProcessPoolExecutor executor(workers, context, prepare, std::tuple(workers, arrived, go));
        std::vector<futures::Future<int>> fs;
        for (int i = 0; i < 4 * workers; ++i) fs.push_back(executor.submit(meet));
        for (const auto& f : fs) pids.insert(f.result());
      }
      print{workers, pids.size()};
    }
  }
  futures::ProcessPoolExecutor executor({.mp_context = multiprocessing::get_context("fork")});
  print{executor.submit(::getpid).result() != ::getpid()};
}
