// Daemon threads work in the background for as long as the program runs: it ends without waiting
// for them. Were one of these no daemon, the program would take an hour.
#include <skein/threading.h>
#include <skein/time.h>

#include <string>

#include "print.h"

namespace threading = skein::threading;

void watch(const std::string& what) {
  print("Watching {} in the background", what);
  skein::time::sleep(3600);
  print("An hour later {} is still there", what);  // Never reached.
}

int main() {
  // As an option ...
  threading::Thread first({.daemon = true}, watch, "the log");
  first.start();
  skein::time::sleep(0.5);

  // ... or, before it is started, by its setter.
  threading::Thread second(watch, "the disk");
  print("A thread is a daemon by default: {}", second.daemon());
  second.set_daemon(true);
  second.start();
  skein::time::sleep(0.5);

  print("Both are daemons: {}", first.daemon() && second.daemon());
  print("Both are still running: {}", first.is_alive() && second.is_alive());
  print("The main thread is done");
}
