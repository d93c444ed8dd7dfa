// What a call throws, for EXPECT_EQ.
#ifndef SKEIN_TESTS_TESTING_TEXT_OF_H_
#define SKEIN_TESTS_TESTING_TEXT_OF_H_

#include <concepts>
#include <exception>
#include <string>
#include <typeinfo>

namespace skein::testing {

// The text of the E that `call` throws; of none that is derived of it, unless E is std::exception. Other exceptions
// pass.
template <class E, std::invocable F>
std::string text_of(F&& call) {
  try {
    call();
  } catch (const E& error) {
    if (!std::same_as<E, std::exception> && typeid(error) != typeid(E)) {
      return std::string("a derived error: ") + error.what();
    }
    return error.what();
  }
  return "nothing thrown";
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_TEXT_OF_H_
