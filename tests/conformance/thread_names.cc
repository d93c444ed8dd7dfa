// thread_names.cc - thread_names.py, line by line.
#include <skein/threading.h>

#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;

namespace {

std::vector<std::string> names;

std::string name_of_this_thread() { return threading::current_thread().name(); }

void note() { names.push_back(name_of_this_thread()); }

std::string run(threading::Thread& thread) {
  thread.start();
  thread.join();
  std::string name = names.back();
  names.pop_back();
  return name;
}

}  // namespace

int main() {
  print{"main:", threading::main_thread().name(), name_of_this_thread()};

  threading::Thread given({.name = "worker"}, note);
  print{"given:", given.name(), run(given), given.name()};

  threading::Thread changed({.name = "before"}, note);
  changed.set_name("renamed");
  print{"changed before the start:", changed.name(), run(changed)};

  const auto rename = [] {
    threading::current_thread().set_name("by itself");
    note();
  };

  threading::Thread renaming({.name = "before"}, rename);
  print{"changed by itself:", run(renaming), renaming.name()};
  renaming.set_name("afterwards");
  print{"changed when it has ended:", renaming.name()};
  renaming.set_name("");
  print{"taken away:", renaming.name().empty()};

  threading::Thread twin({.name = "twin"}, note);
  threading::Thread other_twin({.name = "twin"}, note);
  print{"shared:", run(twin), run(other_twin), twin == other_twin};

  // Long names and other alphabets are kept whole.
  threading::Thread long_one({.name = "a name that is longer than the fifteen bytes a kernel keeps"}, note);
  print{"long:", run(long_one)};
  threading::Thread chinese({.name = "线程"}, note);
  print{"Chinese:", run(chinese)};

  // Names that are made up count on.
  const auto number = [](const threading::Thread& thread) {
    return std::stoi(thread.name().substr(std::string("Thread-").size()));
  };

  threading::Thread first;
  threading::Thread second({.name = ""});
  print{"made up:", first.name().starts_with("Thread-"), second.name().starts_with("Thread-")};
  print{"next:", number(second) - number(first)};
  threading::Thread({.name = "a given one does not count"});
  threading::Thread third;
  print{"next:", number(third) - number(second)};

  threading::main_thread().set_name("first of all");
  print{"main:", threading::current_thread().name()};
}
