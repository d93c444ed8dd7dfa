// print_pipe.h - what the programs about pipes share, beside print.h.
#ifndef SKEIN_TESTS_CONFORMANCE_PRINT_PIPE_H_
#define SKEIN_TESTS_CONFORMANCE_PRINT_PIPE_H_

#include <skein/multiprocessing/connection_errors.h>

#include <concepts>
#include <cstddef>
#include <regex>
#include <string>
#include <vector>

#include "print.h"

namespace conformance {

// outcome(), of calls whose errors are plain OSErrors in Python and HandleErrors here; without the addresses of
// objects.
template <std::invocable Call>
std::string pipe_outcome(Call&& call) {
  std::string handle;
  std::string result = outcome([&] {
    try {
      return call();
    } catch (const skein::multiprocessing::HandleError& error) {
      handle = error.what();
      throw;
    }
  });
  if (!handle.empty()) result = "OSError: " + handle;
  return std::regex_replace(result, std::regex(" at 0x[0-9a-f]+"), "");
}

// Python: bytes.decode().
inline std::string decode(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace conformance

#endif  // SKEIN_TESTS_CONFORMANCE_PRINT_PIPE_H_
