// process_executors.cc - process_executors.py, line by line.
#include <signal.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <algorithm>
#include <ranges>
#include <string>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;

// [pool]
int steps(int number) {
  if (number < 1) throw skein::ValueError(std::to_string(number) + " never gets there");
  int count = 0;
  while (number != 1) {
    number = number % 2 != 0 ? 3 * number + 1 : number / 2;
    ++count;
  }
  return count;
}

void longest_way() {
  futures::ProcessPoolExecutor executor({.max_workers = 2});
  int most = 0;
  for (const int count : executor.map({.chunksize = 250}, steps, std::views::iota(1, 1000))) {
    most = std::max(most, count);
  }
  print("{}", most);
  try {
    executor.submit(steps, 0).result();
  } catch (const skein::ValueError& error) {
    print("{}", error.what());
  }
}
// [/pool]

void crash() { ::kill(::getpid(), SIGKILL); }

void broken() {
  futures::ProcessPoolExecutor executor(1);
  try {
    executor.submit(crash).result();
  } catch (const futures::BrokenProcessPool&) {
    print("a worker was killed");
  }
}

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  longest_way();
  broken();
}
