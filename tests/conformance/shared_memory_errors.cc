// shared_memory_errors.cc - shared_memory_errors.py, line by line.
#include <fcntl.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/shared_memory.h>
#include <unistd.h>

#include <string>

#include "print.h"
#include "replace.h"

using conformance::outcome;
using conformance::print;
using conformance::replaced;
using skein::multiprocessing::shared_memory::SharedMemory;

const std::string name = "skc_errors_" + std::to_string(::getpid());

template <class Call>
std::string said(Call call) {
  return replaced(outcome(call), name, "NAME");
}

template <class Call>
std::string code(Call call) {
  try {
    call();
    return "nothing";
  } catch (const skein::FileExistsError& e) {
    return "FileExistsError " + std::to_string(e.code().value());
  } catch (const skein::OSError& e) {
    return "OSError " + std::to_string(e.code().value());
  }
}

int main() {
  print{"no name:", said([] { SharedMemory(SharedMemory::Options{}); })};
  print{"missing:", said([] { SharedMemory{name}; })};
  print{"no size:", said([] { SharedMemory({.create = true}); })};
  print{"no size, with a name:", said([] { SharedMemory({.name = name, .create = true, .size = 0}); })};
  print{"negative:", said([] { SharedMemory({.create = true, .size = -1}); })};
  print{"negative, attaching:", said([] { SharedMemory({.name = name, .size = -1}); })};
  print{"NUL:", said([] { SharedMemory{std::string("a\0b", 3)}; })};
  print{"NUL, creating:", said([] { SharedMemory(std::string("a\0b", 3), true, 1); })};

  for (const bool create : {false, true}) {
    print{"create:", create};
    print{"a/b:", code([&] { SharedMemory("a/b", create, 1); })};
    print{"empty:", code([&] { SharedMemory("", create, 1); })};
    print{"'/':", code([&] { SharedMemory("/", create, 1); })};
    print{"'.':", code([&] { SharedMemory(".", create, 1); })};
    print{"300 characters:", code([&] { SharedMemory(std::string(300, 'x'), create, 1); })};
    print{"256 characters:", code([&] { SharedMemory(std::string(256, 'x'), create, 1); })};
  }

  SharedMemory one(name, true, 1);
  print{"duplicate:", said([] { SharedMemory(name, true, 1); })};
  print{"duplicate by another name:", said([] { SharedMemory("/" + name, true, 1); })};
  print{"unlink:", said([&] { one.unlink(); })};
  print{"unlink twice:", said([&] { one.unlink(); })};
  one.close();
  print{"unlink, closed:", said([&] { one.unlink(); })};
  print{"close twice:", said([&] { one.close(); })};
  print{"gone:", said([] { SharedMemory{name}; })};

  // An empty file of that name. CPython attaches before it looks, and unlinks nothing.
  const std::string path = "/dev/shm/" + name;
  ::close(::open(path.c_str(), O_CREAT | O_RDWR, 0600));
  print{"empty file:", said([] { SharedMemory{name}; })};
  print{"is it still there?", ::access(path.c_str(), F_OK) == 0};
  ::unlink(path.c_str());
}
