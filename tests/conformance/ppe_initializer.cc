// ppe_initializer.cc - ppe_initializer.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

using Count = multiprocessing::Value<int>;
std::optional<Count> g_arrived;
std::optional<multiprocessing::Event> g_go;
std::string g_value;

void prepare(const Count& count, const Count& arrived, const multiprocessing::Event& go, const std::string& text,
             int number) {
  g_arrived = arrived;
  g_go = go;
  g_value = text + " " + std::to_string(number);
  const std::scoped_lock guard(count);
  count.set_value(count.value() + 1);
}

std::pair<std::string, int> work() {
  {
    const std::scoped_lock guard(*g_arrived);
    g_arrived->set_value(g_arrived->value() + 1);
    if (g_arrived->value() == 3) g_go->set();
  }
  g_go->wait();
  return {g_value, ::getpid()};
}

void prepare_alone() { g_value = "alone"; }

std::string of_the_worker() { return g_value; }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto count = context.Value<int>(0);
    auto arrived = context.Value<int>(0);
    auto go = context.Event();
    {
      futures::ProcessPoolExecutor executor({.max_workers = 3, .mp_context = context}, prepare, count, arrived, go,
                                            "worker", 7);
      print{"not used:", count.value()};
      const auto three = [&executor](std::set<int>& pids) {
        std::vector<futures::Future<std::pair<std::string, int>>> fs;
        for (int i = 0; i < 3; ++i) fs.push_back(executor.submit(work));
        std::vector<std::string> values;
        for (const auto& f : fs) {
          values.push_back(f.result().first);
          pids.insert(f.result().second);
        }
        return values;
      };
      std::set<int> pids;
      const auto values = three(pids);
      print{"values:", values, pids.size()};
      print{"values:", three(pids)};
      print{"calls:", count.value()};
    }
    // By position, and without arguments.
    {
      futures::ProcessPoolExecutor executor(1, context, prepare_alone);
      print{executor.submit(of_the_worker).result()};
    }
    futures::ProcessPoolExecutor executor({.max_workers = 1, .mp_context = context, .initializer = prepare_alone});
    print{executor.submit(of_the_worker).result()};
  }
}
