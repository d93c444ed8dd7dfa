// thread_error.cc - thread_error.py, line by line.
#include <skein/threading.h>

#include <type_traits>

#include "print.h"

namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

template <class Lock>
void release_a_free_one() {
  Lock lock;
  try {
    lock.release();
    print{"released a free lock"};
  } catch (const threading::ThreadError&) {
    print{"caught:", outcome([] { throw; })};
  }
}

int main() {
  print{"the same:", std::is_same_v<threading::ThreadError, skein::RuntimeError>};
  release_a_free_one<threading::Lock>();
  release_a_free_one<threading::RLock>();

  const auto fail = [] { throw threading::ThreadError("of my own"); };

  print{"thrown:", outcome(fail)};
  try {
    throw skein::ValueError("no ThreadError");
  } catch (const threading::ThreadError&) {
    print{"caught too much"};
  } catch (const skein::ValueError& error) {
    print{"passed by:", error.what()};
  }
}
