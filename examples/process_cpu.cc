// Two processes that compute: in Python each has an interpreter, and a lock, of its own; here they are as two threads
// would be, but for the memory that they do not share.
// demo: unordered .* primes below.*
// demo: seconds within 15
#include <skein/multiprocessing/freeze_support.h>
#include <skein/multiprocessing/process.h>
#include <skein/time.h>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;

void count_primes(int limit) {
  int count = 0;
  for (int number = 2; number < limit; ++number) {
    int divisor = 2;
    while (divisor * divisor <= number && number % divisor != 0) {
      ++divisor;
    }
    if (divisor * divisor > number) {
      ++count;
    }
  }
  print("{} primes below {}", count, limit);
}

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  const double start = skein::time::perf_counter();

  multiprocessing::Process p1(count_primes, 60'000);
  multiprocessing::Process p2(count_primes, 80'000);

  p1.start();
  p2.start();

  p1.join();
  p2.join();

  const double finish = skein::time::perf_counter();
  print("{} and {} have ended with {} and {}", p1.name(), p2.name(), p1.exitcode(), p2.exitcode());
  print("It took {:.2f} second(s) to finish", finish - start);
}
