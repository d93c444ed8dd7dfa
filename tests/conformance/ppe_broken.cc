// ppe_broken.cc - ppe_broken.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <concepts>
#include <csignal>
#include <exception>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using futures::process::BrokenProcessPool;

namespace {

std::optional<multiprocessing::Event> g_started;

void prepare(const multiprocessing::Event& started) { g_started = started; }

int end(const std::string& how) {
  g_started->wait();
  if (how == "killed") ::kill(::getpid(), SIGKILL);
  ::_exit(3);
}

int work(int number) { return number; }

std::string kind_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const BrokenProcessPool&) {
    return "BrokenProcessPool";
  }
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  print{std::derived_from<BrokenProcessPool, futures::BrokenExecutor>,
        std::derived_from<BrokenProcessPool, skein::RuntimeError>};
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    for (const char* const how : {"killed", "left"}) {
      auto started = context.Event();
      futures::ProcessPoolExecutor executor(1, context, prepare, std::tuple(started));
      print{executor.submit(work, 1).result()};
      auto ends = executor.submit(end, how);
      std::vector<futures::Future<int>> fs;
      for (int number = 0; number < 5; ++number) fs.push_back(executor.submit(work, number));
      fs[4].cancel();
      started.set();
      print{outcome([&] { return ends.result(); })};
      print{ends.done(), ends.cancelled(), ends.cancel(), kind_of(ends.exception())};
      for (auto& f : fs) print{outcome([&] { return f.result(); }), f.cancelled()};
      const auto submitted = [&](int number) {
        return outcome([&] { static_cast<void>(executor.submit(work, number)); });
      };
      print{submitted(5)};
      print{outcome([&] { static_cast<void>(executor.map(work, std::vector<int>{6})); })};
      executor.shutdown();
      print{submitted(7)};
    }
    std::vector<std::string> children;
    for (const auto& child : multiprocessing::active_children()) children.push_back(child.name());
    print{"children:", children};
  }
}
