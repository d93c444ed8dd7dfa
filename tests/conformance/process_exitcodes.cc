// process_exitcodes.cc - process_exitcodes.py, line by line.
#include <fcntl.h>
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

void ends(const std::string& way) {
  ::dup2(::open("/dev/null", O_WRONLY), 2);
  ::signal(SIGABRT, SIG_DFL);
  if (way == "raises") throw skein::ValueError("on purpose");
  if (way == "sys.exit") throw skein::SystemExit(3);
  if (way == "sys.exit(0)") throw skein::SystemExit(0);
  if (way == "sys.exit(256)") throw skein::SystemExit(256);
  if (way == "os._exit") ::_exit(4);
  if (way == "abort") std::abort();
  if (way == "SIGTERM") ::kill(::getpid(), SIGTERM);
  if (way == "SIGKILL") ::kill(::getpid(), SIGKILL);
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    for (const char* const way :
         {"returns", "raises", "sys.exit", "sys.exit(0)", "sys.exit(256)", "os._exit", "abort", "SIGTERM", "SIGKILL"}) {
      auto process = context.Process(ends, way);
      process.start();
      process.join();
      print{method, way, process.exitcode()};
    }
  }
}
