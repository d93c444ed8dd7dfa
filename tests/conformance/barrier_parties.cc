// barrier_parties.cc - barrier_parties.py, line by line.
#include <skein/threading.h>

#include "print.h"

namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

int main() {
  print{"Barrier(0):", outcome([] { threading::Barrier{0}; })};
  print{"Barrier(-1):", outcome([] { threading::Barrier{-1}; })};
  print{"Barrier(-1, timeout=1):", outcome([] { threading::Barrier(-1, {.timeout = 1}); })};
  threading::Barrier one(1);
  print{one.parties(), one.n_waiting(), one.broken(), one.wait()};
  threading::Barrier million(1000000);
  print{million.parties(), million.n_waiting(), million.broken()};
  print{"wait(0):", outcome([&] { return million.wait(0); })};
}
