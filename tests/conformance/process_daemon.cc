// process_daemon.cc - process_daemon.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/time.h>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

void nothing() {}

void child() {
  print{multiprocessing::current_process().daemon(), multiprocessing::Process().daemon()};
  print{multiprocessing::Process({.daemon = false}).daemon()};
  print{outcome([] { multiprocessing::Process(nothing).start(); })};
  print{outcome([] { multiprocessing::Process({.daemon = false}, nothing).start(); })};
}

void for_ever() { skein::time::sleep(1000); }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  auto context = multiprocessing::get_context("fork");
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    context = multiprocessing::get_context(method);
    for (const bool daemon : {true, false}) {
      auto process = context.Process({.daemon = daemon}, daemon ? child : nothing);
      print{method, process.daemon()};
      process.start();
      process.join();
      print{process.exitcode(), outcome([&] { process.set_daemon(!daemon); })};
    }
  }
  auto changed = context.Process(for_ever);
  changed.set_daemon(true);
  print{changed.daemon()};
  changed.start();
  // A daemon is terminated at the end, another one is joined.
  auto other = context.Process(nothing);
  other.start();
  print{"main ends"};
}
