// parent_process.cc - parent_process.py, line by line.
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <string>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

void child(int pid, const std::string& name) {
  auto parent = multiprocessing::parent_process().value();
  print{parent.pid() == pid, parent.ident() == pid, parent.name() == name, parent.is_alive(), parent.exitcode()};
  print{parent.daemon(), conformance::outcome([&] { parent.join(0); })};
  print{parent == multiprocessing::parent_process(), parent == multiprocessing::current_process()};
  if (name == "MainProcess") {
    auto context = multiprocessing::get_context(multiprocessing::get_start_method());
    auto grandchild = context.Process(child, ::getpid(), multiprocessing::current_process().name());
    grandchild.start();
    grandchild.join();
    print{grandchild.exitcode()};
  }
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  print{multiprocessing::parent_process().has_value() ? "somebody" : "None"};
  print{multiprocessing::current_process().name(), multiprocessing::current_process().is_alive()};
  print{multiprocessing::current_process().pid() == ::getpid(), multiprocessing::current_process().exitcode()};
  print{multiprocessing::current_process().daemon()};
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto process = multiprocessing::get_context(method).Process(child, ::getpid(), "MainProcess");
    process.start();
    process.join();
    print{method, process.exitcode()};
  }
}
