// stack_size.cc - stack_size.py, line by line.
#include <skein/threading.h>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  print{"at first:", threading::stack_size()};
  print{"256 KiB:", outcome([] { return threading::stack_size(256 * 1024); })};
  print{"a thread runs:", in_thread([] { return 6 * 7; })};
  print{"-1:", outcome([] { return threading::stack_size(-1); })};
  print{"-4096:", outcome([] { return threading::stack_size(-4096); })};
  print{"1:", outcome([] { return threading::stack_size(1); })};
  print{"4096:", outcome([] { return threading::stack_size(4096); })};
  print{"32767:", outcome([] { return threading::stack_size(32767); })};
  print{"4 MiB, until now:", outcome([] { return threading::stack_size(4 * 1024 * 1024); })};
  print{"a thread runs:", in_thread([] { return 6 * 7; })};
  print{"asked, until now:", threading::stack_size()};
  print{"asked again:", threading::stack_size()};
  print{"64 KiB:", outcome([] { return threading::stack_size(65536); })};
  print{"a thread asks:", in_thread([] { return threading::stack_size(); })};
  print{"asked again:", threading::stack_size()};
  print{"1 MiB:", outcome([] { return threading::stack_size(1024 * 1024); })};
  print{"0:", outcome([] { return threading::stack_size(0); })};
  print{"the system's again:", threading::stack_size()};
}
