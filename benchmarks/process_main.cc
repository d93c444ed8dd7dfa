// benchmarks/process_main.cc - the program of family 5. Its processes are copies of it, or start it anew, so it has no
// more in it than it needs.
#include <skein/multiprocessing/freeze_support.h>

#include <unistd.h>

#include <cstring>

#include "harness.h"
#include "process_parts.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], bench::kEndAtOnce) == 0) ::_exit(0);
  skein::multiprocessing::freeze_support(argc, argv);
  bench::Suite suite;
  bench::add_process(suite);
  bench::add_process_pool(suite);
  bench::add_process_start(suite);
  return bench::run_suite(argc, argv, suite);
}
