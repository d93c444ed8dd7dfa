// benchmarks/main.cc - the program of families 1 to 4.
#include "harness.h"

int main(int argc, char** argv) {
  bench::Suite suite;
  bench::add_threading(suite);
  bench::add_queue(suite);
  bench::add_guard(suite);
  bench::add_pool(suite);
  bench::add_pool_guard(suite);
  bench::add_loop(suite);
  return bench::run_suite(argc, argv, suite);
}
