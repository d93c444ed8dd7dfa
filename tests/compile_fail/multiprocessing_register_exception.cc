// An exception that neither has a serialiser nor can be made of its text.
#include <skein/pickle.h>

#include <stdexcept>
#include <string>

struct MyError : std::runtime_error {
#ifdef SKEIN_CONTROL
  using std::runtime_error::runtime_error;
#else
  MyError(std::string text, int code) : std::runtime_error(text + std::to_string(code)) {}
#endif
};

const bool known = skein::pickle::register_exception<MyError>();
