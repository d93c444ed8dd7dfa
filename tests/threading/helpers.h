// What the tests of Thread share: texts of errors, threads that wait to be let go.
#ifndef SKEIN_TESTS_THREADING_HELPERS_H_
#define SKEIN_TESTS_THREADING_HELPERS_H_

#include <gtest/gtest.h>
#include <skein/threading.h>

#include <string>

namespace skein::testing {

// What `call` throws: its type is asserted, its text given back.
template <class E, class F>
std::string text_of(F call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

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
