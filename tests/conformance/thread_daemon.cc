// thread_daemon.cc - thread_daemon.py, line by line.
#include <skein/threading.h>

#include <memory>
#include <optional>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

namespace {

void nothing() {}

}  // namespace

int main() {
  print{"main thread:", threading::main_thread().daemon()};
  print{"default:", threading::Thread(nothing).daemon()};
  print{"daemon=True:", threading::Thread({.daemon = true}, nothing).daemon()};
  print{"daemon=False:", threading::Thread({.daemon = false}, nothing).daemon()};
  print{"daemon=None:", threading::Thread({.daemon = std::nullopt}, nothing).daemon()};

  threading::Event go;
  threading::Thread thread([&] { go.wait(); });
  print{"set before start:", outcome([&] { thread.set_daemon(true); }), thread.daemon()};
  print{"and back:", outcome([&] { thread.set_daemon(false); }), thread.daemon()};
  thread.start();
  print{"set while it runs:", outcome([&] { thread.set_daemon(true); }), thread.daemon()};
  print{"set to what it is:", outcome([&] { thread.set_daemon(false); }), thread.daemon()};
  go.set();
  thread.join();
  print{"set when it has ended:", outcome([&] { thread.set_daemon(true); }), thread.daemon()};
  print{"set of the main thread:", outcome([] { threading::main_thread().set_daemon(true); })};
  print{"set of oneself:", in_thread([] { threading::current_thread().set_daemon(true); })};

  // A thread inherits it from the thread that makes it, not from the one that starts it.
  std::vector<std::unique_ptr<threading::Thread>> made;

  const auto make = [&] {
    made.push_back(std::make_unique<threading::Thread>(nothing));
    made.push_back(std::make_unique<threading::Thread>(threading::ThreadOptions{.daemon = false}, nothing));
    made.push_back(std::make_unique<threading::Timer>(0, nothing));
  };

  threading::Thread maker({.daemon = true}, make);
  maker.start();
  maker.join();
  print{"made by a daemon:", made[0]->daemon(), made[1]->daemon(), made[2]->daemon()};
  made[0]->start();
  made[0]->join();
  print{"started by the main thread:", made[0]->daemon()};
  print{"a timer of the main thread:", threading::Timer(0, nothing).daemon()};
}
