// start_methods.cc - start_methods.py, line by line.
#include <skein/multiprocessing.h>

#include <algorithm>
#include <string>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

void child() {
  print{multiprocessing::get_start_method(), outcome([] { multiprocessing::set_start_method("fork"); })};
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  std::vector<std::string> all = multiprocessing::get_all_start_methods();
  std::sort(all.begin(), all.end());
  print{all};
  print{multiprocessing::get_start_method({.allow_none = true})};
  print{outcome([] { multiprocessing::set_start_method("nonsense"); })};
  print{multiprocessing::get_start_method({.allow_none = true})};
  print{outcome([] { multiprocessing::set_start_method("spawn"); })};
  print{multiprocessing::get_start_method(), multiprocessing::get_start_method({.allow_none = true})};
  print{outcome([] { multiprocessing::set_start_method("spawn"); })};
  print{outcome([] { multiprocessing::set_start_method("nonsense"); })};
  print{outcome([] { multiprocessing::set_start_method("forkserver", {.force = true}); })};
  print{multiprocessing::get_start_method()};
  print{outcome([] { multiprocessing::set_start_method("nonsense", {.force = true}); })};
  print{multiprocessing::get_start_method()};
  print{outcome([] { multiprocessing::set_start_method(skein::None, {.force = true}); })};
  print{multiprocessing::get_start_method({.allow_none = true})};
  print{outcome([] { static_cast<void>(multiprocessing::get_context("nonsense")); })};
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    print{context.get_start_method(), context.get_context() == context};
    print{outcome([&] { context.set_start_method("fork"); })};
    print{outcome([&] { static_cast<void>(context.get_context("nonsense")); })};
    auto process = context.Process(child);
    process.start();
    process.join();
  }
  multiprocessing::set_start_method("spawn", {.force = true});
  print{multiprocessing::get_context().get_start_method()};
}
