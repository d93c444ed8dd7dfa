// mp_bounded_semaphore.cc - mp_bounded_semaphore.py, line by line.
#include <skein/multiprocessing/bounded_semaphore.h>

#include <mutex>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::in_process;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  multiprocessing::BoundedSemaphore semaphore(2);
  const auto release = [&] { semaphore.release(); };
  print{"at first:", semaphore.get_value(), outcome(release), semaphore.get_value()};
  print{"two:", semaphore.acquire(), semaphore.acquire(false), semaphore.acquire(false), semaphore.get_value()};
  print{"a child releases:", in_process(release), semaphore.get_value()};
  print{"a thread releases:", in_thread(release), semaphore.get_value()};
  print{"too often:", outcome(release), in_process(release), in_thread(release)};
  print{"unchanged:", semaphore.get_value()};
  multiprocessing::BoundedSemaphore none(0);
  print{"none:", none.get_value(), none.acquire(false), none.acquire(true, 0.01), outcome([&] { none.release(); })};
  multiprocessing::BoundedSemaphore one;
  print{"by default:", one.get_value(), outcome([&] { one.release(); })};
  {
    const std::scoped_lock guard(one);
    print{"with:", one.get_value()};
  }
  print{"after it:", one.get_value()};
}
