// process_states.cc - process_states.py, line by line.
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <array>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

void work(int read, int write) {
  ::close(write);
  char one = 0;
  static_cast<void>(!::read(read, &one, 1));
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  auto context = multiprocessing::get_context("fork");
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return 1;
  auto process = context.Process(work, ends[0], ends[1]);
  print{"new:", process.is_alive(), process.pid(), process.exitcode()};
  print{"join:", outcome([&] { process.join(); })};
  print{"join(0):", outcome([&] { process.join(0); })};
  print{"sentinel:", outcome([&] { return process.sentinel(); })};
  print{"start:", outcome([&] { process.start(); })};
  print{"running:", process.is_alive(), process.pid().has_value(), process.ident() == process.pid(),
        process.exitcode()};
  print{"start:", outcome([&] { process.start(); })};
  print{"close:", outcome([&] { process.close(); })};
  print{"daemon:", process.daemon(), outcome([&] { process.set_daemon(true); })};
  ::close(ends[1]);
  print{"join:", outcome([&] { process.join(); })};
  print{"ended:", process.is_alive(), process.pid().has_value(), process.exitcode()};
  print{"start:", outcome([&] { process.start(); })};
  print{"join:", outcome([&] { process.join(); })};
  print{"terminate:", outcome([&] { process.terminate(); })};
  print{"kill:", outcome([&] { process.kill(); })};
  print{"close:", outcome([&] { process.close(); })};
  print{"close:", outcome([&] { process.close(); })};
  print{"join:", outcome([&] { process.join(); })};
  print{"is_alive:", outcome([&] { return process.is_alive(); })};
  print{"exitcode:", outcome([&] { return process.exitcode(); })};
  print{"pid:", outcome([&] { return process.pid(); })};
  print{"sentinel:", outcome([&] { return process.sentinel(); })};
  print{"start:", outcome([&] { process.start(); })};
  print{"kill:", outcome([&] { process.kill(); })};
  print{"name:", process.name()};
  print{"daemon:", process.daemon()};

  // Never started: it may be closed, too.
  auto never = context.Process({.name = "never"});
  print{"close:", outcome([&] { never.close(); })};
  print{"start:", outcome([&] { never.start(); })};

  // No target: it starts and ends.
  auto nothing = context.Process();
  nothing.start();
  nothing.join();
  print{"no target:", nothing.exitcode()};
}
