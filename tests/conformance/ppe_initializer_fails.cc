// ppe_initializer_fails.cc - ppe_initializer_fails.py, line by line.
#include <fcntl.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

void fail(const std::string& text) {
  ::dup2(::open("/dev/null", O_WRONLY), 2);  // What is written there is for people.
  throw skein::ValueError(text);
}

int work(int number) { return number; }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    {
      futures::ProcessPoolExecutor executor(1, context, fail, std::tuple("on purpose"));
      auto f = executor.submit(work, 1);
      print{outcome([&] { return f.result(); }), f.done(), f.cancelled()};
      print{outcome([&] { static_cast<void>(executor.submit(work, 2)); })};
    }
    // Nobody calls it if nothing is submitted.
    {
      const futures::ProcessPoolExecutor executor(1, context, fail, std::tuple("on purpose"));
    }
    std::vector<std::string> children;
    for (const auto& child : multiprocessing::active_children()) children.push_back(child.name());
    print{"children:", children};
  }
}
