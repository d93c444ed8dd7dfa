// mp_lock_holder_ends.cc - mp_lock_holder_ends.py, line by line.
#include <fcntl.h>
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <string>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

template <class L>
void end_holding(const L& lock, const std::string& way) {
  ::dup2(::open("/dev/null", O_WRONLY), 2);
  lock.acquire();
  if (way == "raises") throw skein::ValueError("on purpose");
  if (way == "sys.exit") throw skein::SystemExit(3);
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    for (const char* const way : {"returns", "raises", "sys.exit"}) {
      auto lock = context.Lock();
      auto process = context.Process(end_holding<multiprocessing::Lock>, lock, way);
      process.start();
      process.join();
      print{method, way, process.exitcode(), "Lock:", lock.acquire(false), lock.acquire(true, 0.1)};
      print{"released by another:", outcome([&] { lock.release(); }), lock.acquire(false)};

      auto rlock = context.RLock();
      process = context.Process(end_holding<multiprocessing::RLock>, rlock, way);
      process.start();
      process.join();
      print{method, way, process.exitcode(), "RLock:", rlock.acquire(false), rlock.acquire(true, 0.1)};
      print{"released by another:", outcome([&] { rlock.release(); }), rlock.acquire(false)};
    }
  }
}
