// process_join_timeouts.cc - process_join_timeouts.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/threading.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
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
  process.start();
  const auto join = [&](auto timeout) { return outcome([&] { process.join(timeout); }); };
  print{0, join(0), process.is_alive()};
  print{"0.01", join(0.01), process.is_alive()};
  print{-1, join(-1), process.is_alive()};
  auto joins = [&process] {
    print{"another process joins:", outcome([&] { process.join(); })};
    print{"another process asks:", outcome([&] { return process.is_alive(); })};
    print{"another process starts:", outcome([&] { process.start(); })};
  };
  auto stranger = context.Process(joins);
  stranger.start();
  stranger.join();
  auto never = context.Process(work, 0, 0);
  stranger = context.Process([&never] { print{"started elsewhere:", outcome([&] { never.start(); })}; });
  stranger.start();
  stranger.join();
  threading::Lock lock;
  std::vector<int> codes;
  std::vector<threading::Thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      process.join();
      const std::scoped_lock guard(lock);
      codes.push_back(process.exitcode().value());
    });
  }
  for (auto& thread : threads) thread.start();
  ::close(ends[1]);
  for (auto& thread : threads) thread.join();
  print{codes.size(), process.exitcode()};
  print{0, join(0), process.is_alive()};
  print{"0.01", join(0.01), process.is_alive()};
  print{-1, join(-1), process.is_alive()};
  print{skein::None, join(skein::None), process.is_alive()};
}
