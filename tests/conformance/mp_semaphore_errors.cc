// mp_semaphore_errors.cc - mp_semaphore_errors.py, line by line.
#include <skein/multiprocessing/semaphore.h>

#include <cstdint>
#include <mutex>
#include <string>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::in_process;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

namespace {

template <class Call>
std::string kind(Call call) {
  const std::string text = outcome(call);
  return text.substr(0, text.find(':'));
}

}  // namespace

int main() {
  print{"negative:", kind([] { multiprocessing::Semaphore{-1}; })};
  print{"too many:", kind([] { multiprocessing::Semaphore{std::int64_t{1} << 31}; })};
  const multiprocessing::Semaphore most((std::int64_t{1} << 31) - 1);
  print{"the most:", most.get_value(), outcome([&] { most.release(); }), most.get_value()};
  print{"by default:", multiprocessing::Semaphore().get_value(), multiprocessing::Semaphore({.value = 3}).get_value()};

  multiprocessing::Semaphore semaphore(0);
  print{"none:", semaphore.acquire(false), semaphore.acquire(true, 0), semaphore.acquire(true, 0.01)};
  print{"negative:", semaphore.acquire(true, -1), semaphore.acquire({.timeout = -7})};
  print{"a useless timeout:", semaphore.acquire(false, 5)};
  for (int i = 0; i < 3; ++i) semaphore.release();
  print{"released thrice:", semaphore.get_value()};
  print{"taken:", semaphore.acquire(), semaphore.acquire(true, -1), semaphore.get_value()};
  print{"another thread:", in_thread([&] { semaphore.release(); }), in_thread([&] { return semaphore.acquire(); }),
        semaphore.get_value()};
  print{"a child releases:", in_process([&] { semaphore.release(); }), semaphore.get_value()};
  print{"a child takes one along:", in_process([&] { return semaphore.acquire(); }), semaphore.get_value()};
  print{"and the last:", in_process([&] { return semaphore.acquire(false); }), semaphore.get_value()};
  print{"none for a child:", in_process([&] { return semaphore.acquire(true, 0.01); })};
  {
    const std::scoped_lock guard(most);
    print{"with:", most.get_value()};
  }
  print{"after it:", most.get_value()};
}
