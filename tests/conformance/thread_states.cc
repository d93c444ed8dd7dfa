// thread_states.cc - thread_states.py, line by line.
#include <skein/threading.h>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::Event go;
  threading::Event running;

  const auto work = [&] {
    running.set();
    go.wait();
  };

  threading::Thread thread(work);
  print{"new:", thread.is_alive(), thread.ident(), thread.native_id()};
  print{"join:", outcome([&] { thread.join(); })};
  print{"join(0):", outcome([&] { thread.join(0); })};
  print{"start:", outcome([&] { thread.start(); })};
  running.wait();
  print{"running:", thread.is_alive(), thread.ident().has_value(), thread.native_id().has_value()};
  print{"start:", outcome([&] { thread.start(); })};
  print{"another thread starts it:", in_thread([&] { thread.start(); })};
  print{"still running:", thread.is_alive()};
  go.set();
  print{"join:", outcome([&] { thread.join(); })};
  print{"ended:", thread.is_alive(), thread.ident().has_value()};
  print{"start:", outcome([&] { thread.start(); })};
  print{"join:", outcome([&] { thread.join(); })};
  print{"join(0):", outcome([&] { thread.join(0); })};
  print{"another thread joins:", in_thread([&] { thread.join(); })};

  print{"join oneself:", in_thread([] { threading::current_thread().join(); })};
  print{"join oneself, 0:", in_thread([] { threading::current_thread().join(0); })};
  print{"the main thread joins itself:", outcome([] { threading::current_thread().join(); })};

  // No target: it starts and ends.
  threading::Thread nothing;
  nothing.start();
  nothing.join();
  print{"no target:", nothing.is_alive()};
}
