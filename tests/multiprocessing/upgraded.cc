// A library with a target of its own, in two builds (UPGRADED), as before and after an upgrade.
#include <skein/core/errors.h>
#include <skein/multiprocessing/context.h>

extern "C" __attribute__((visibility("default"))) int run_in_a_process();
extern "C" int run_in_a_process() {
  auto p = skein::multiprocessing::get_context("spawn").Process([] { throw skein::SystemExit(UPGRADED); });
  p.start();
  p.join();
  return p.exitcode().value_or(99);
}
