// What the tests of Thread share: threads that wait to be let go.
#ifndef SKEIN_TESTS_THREADING_HELPERS_H_
#define SKEIN_TESTS_THREADING_HELPERS_H_

#include <skein/threading.h>

#include "testing/text_of.h"

namespace skein::testing {

// A thread that runs until it is let go.
struct Gate {
  threading::Event reached;
  threading::Event open;
  void pass() {
    reached.set();
    open.wait();
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_THREADING_HELPERS_H_
