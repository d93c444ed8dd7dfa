// replace.h - what the programs about names share. Python: str.replace().
#ifndef SKEIN_TESTS_CONFORMANCE_REPLACE_H_
#define SKEIN_TESTS_CONFORMANCE_REPLACE_H_

#include <string>
#include <string_view>

namespace conformance {

inline std::string replaced(std::string text, std::string_view old, std::string_view by) {
  for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size())) {
    text.replace(at, old.size(), by);
  }
  return text;
}

}  // namespace conformance

#endif  // SKEIN_TESTS_CONFORMANCE_REPLACE_H_
