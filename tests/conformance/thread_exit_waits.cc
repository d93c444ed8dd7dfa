// thread_exit_waits.cc - thread_exit_waits.py, line by line.
#include <skein/threading.h>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;

namespace {

threading::Event main_is_done;
threading::Event order;

void last() {
  order.wait();
  print{"started by a thread, after main:", threading::main_thread().is_alive()};
}

void late() {
  main_is_done.wait();
  threading::main_thread().join();
  print{"after main:", threading::main_thread().is_alive()};
  threading::Thread(last).start();
  order.set();
}

void for_ever() { threading::Event().wait(); }

}  // namespace

int main() {
  threading::Thread(late).start();
  threading::Thread({.daemon = true}, for_ever).start();
  threading::Thread({.daemon = true}, for_ever).start();
  print{"main ends with", threading::active_count(), "threads"};
  main_is_done.set();
}
