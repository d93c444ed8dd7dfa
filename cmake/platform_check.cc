// Compiled by SkeinPlatform.cmake, which shows the text after "skein: needs".
#ifndef __cpp_exceptions
#error "skein: needs exceptions: Python's errors are thrown (remove -fno-exceptions)"
#endif
#ifndef __cpp_rtti
#error "skein: needs RTTI: errors are told apart by type (remove -fno-rtti)"
#endif
#include <concepts>
#include <stop_token>

template <std::same_as<bool> B>
bool Negate(B flag) {
  return !flag;
}

int main() { return Negate(true) ? 1 : 0; }
