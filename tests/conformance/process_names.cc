// process_names.cc - process_names.py, line by line.
#include <skein/multiprocessing.h>

#include <string>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

void grandchild() { print{multiprocessing::current_process().name(), multiprocessing::Process().name()}; }

void child() {
  multiprocessing::Process one(grandchild);
  multiprocessing::Process two;
  print{multiprocessing::current_process().name(), one.name(), two.name()};
  one.start();
  one.join();
  multiprocessing::current_process().set_name("renamed");
  print{multiprocessing::current_process().name(), multiprocessing::Process().name()};
}

class Worker : public multiprocessing::Process {
 public:
  explicit Worker(const std::string& name = "") : Process({.name = name}) {}
};

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  multiprocessing::set_start_method("fork");
  print{multiprocessing::current_process().name()};
  print{multiprocessing::Process().name()};
  print{multiprocessing::Process({.name = "given"}).name()};
  print{multiprocessing::Process().name()};
  print{multiprocessing::make<Worker>()->name(), multiprocessing::make<Worker>("mine")->name()};
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    print{multiprocessing::get_context(method).Process().name()};
  }
  multiprocessing::Process process(child);
  print{process.name()};
  process.start();
  process.join();
  print{process.exitcode()};
  process.set_name("other");
  print{process.name()};
  multiprocessing::Process named({.name = "somebody"}, child);
  named.start();
  named.join();
}
