// shared_memory_attach.cc - shared_memory_attach.py, line by line.
#include <skein/multiprocessing/shared_memory.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "print.h"
#include "replace.h"

using conformance::outcome;
using conformance::print;
using conformance::replaced;
using skein::multiprocessing::shared_memory::SharedMemory;

const std::string name = "skc_attach_" + std::to_string(::getpid());

template <class Call>
std::string said(Call call) {
  return replaced(outcome(call), name, "NAME");
}

int at(const SharedMemory& block, std::size_t i) { return std::to_integer<int>(block.buf()[i]); }
void put(const SharedMemory& block, std::size_t i, int value) { block.buf()[i] = static_cast<std::byte>(value); }

int main() {
  SharedMemory a({.name = name, .create = true, .size = 10});
  print{"size:", a.size(), a.buf().size()};
  print{"zero:", std::ranges::all_of(a.buf(), [](std::byte byte) { return byte == std::byte{0}; })};
  put(a, 0, 1);
  put(a, 9, 255);
  SharedMemory b({.name = name, .size = 99});
  print{"the same bytes:", at(b, 0), at(b, 9)};
  put(b, 0, 2);
  print{"both ways:", at(a, 0)};
  print{"repr:", said([&] { return b.repr(); })};

  // A name with a slash in front is the same.
  SharedMemory c("/" + name);
  print{"by /name:", at(c, 0), said([&] { return c.name(); })};
  c.close();

  // Another process changes it and ends.
  const pid_t child = ::fork();
  if (child == 0) {
    SharedMemory shm({.name = name, .track = false});
    put(shm, 1, 77);
    shm.close();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  print{"another process:", at(a, 1)};

  // Closing one does not touch the other; nor does unlinking.
  a.close();
  print{"closed:", a.size(), said([&] { return a.name(); })};
  print{"open:", at(b, 9)};
  SharedMemory again(name);
  print{"attached again:", at(again, 0)};
  a.unlink();
  print{"unlinked:", at(b, 9), at(again, 0)};
  print{"attach:", said([] { SharedMemory{name}; })};

  // The name is free, for a block that has nothing to do with the old one.
  SharedMemory fresh({.name = name, .create = true, .size = 20});
  print{"new:", fresh.size(), at(fresh, 0), b.size(), at(b, 0)};
  b.close();
  again.close();
  fresh.close();
  fresh.unlink();

  // A random name.
  SharedMemory d({.create = true, .size = 5000});
  SharedMemory e(d.name());
  put(e, 4999, 3);
  print{"random name:", at(d, 4999), d.name() == e.name(), e.size()};
  d.close();
  e.close();
  e.unlink();
}
