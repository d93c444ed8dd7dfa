// print.h - for the examples: print("{} of {}", i, n) where Python says print(f"{i} of {n}"), and fstring("{} of {}",
// i, n) for f"{i} of {n}" alone.
#ifndef SKEIN_EXAMPLES_PRINT_H_
#define SKEIN_EXAMPLES_PRINT_H_

#include <concepts>
#include <cstddef>
#include <cstdio>
#include <iomanip>
#include <ios>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>

namespace print_internal {

// The text between the quotes, checked when it is compiled: as many `{}` as there are values, and
// `{:.1f}`, with any one digit, for each floating-point value and for no other.
template <class... Args>
struct Format {
  consteval Format(const char* quoted) : text(quoted) {  // NOLINT(google-explicit-constructor)
    constexpr bool kFloating[] = {std::floating_point<std::remove_cvref_t<Args>>..., false};
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '}') throw "print: a } without its {";
      if (text[i] != '{') continue;
      if (count == sizeof...(Args)) throw "print: more {} than values";
      if (text.substr(i, 2) == "{}") {
        if (kFloating[count]) throw "print: a floating-point value needs {:.1f}";
        i += 1;
      } else {
        if (text.substr(i, 3) != "{:." || text.substr(i + 4, 2) != "f}") throw "print: neither {} nor {:.1f}";
        if (!kFloating[count]) throw "print: {:.1f} is for floating-point values";
        i += 5;
      }
      ++count;
    }
    if (count != sizeof...(Args)) throw "print: more values than {}";
  }

  std::string_view text;
};

// Values as Python writes them.
inline void write(std::ostream& out, bool value) { out << (value ? "True" : "False"); }
template <class T>
void write(std::ostream& out, const T& value) {
  out << value;
}
template <class T>
void write(std::ostream& out, const std::optional<T>& value) {
  if (value) {
    write(out, *value);
  } else {
    out << "None";
  }
}

// The text up to the first `{...}`, which it takes away, then the value.
template <class T>
void write_next(std::ostream& out, std::string_view& text, const T& value) {
  const std::size_t open = text.find('{');
  const std::size_t close = text.find('}', open);
  out << text.substr(0, open);
  if constexpr (std::floating_point<T>) out << std::fixed << std::setprecision(text[open + 3] - '0');
  write(out, value);
  text.remove_prefix(close + 1);
}

}  // namespace print_internal

template <class... Args>
std::string fstring(print_internal::Format<std::type_identity_t<Args>...> format, const Args&... values) {
  std::ostringstream out;
  std::string_view text = format.text;
  (print_internal::write_next(out, text, values), ...);
  out << text;
  return out.str();
}

// Writes one line at one go, so that the lines of several threads do not mix.
template <class... Args>
void print(print_internal::Format<std::type_identity_t<Args>...> format, const Args&... values) {
  const std::string line = fstring<Args...>(format, values...) + '\n';
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

#endif  // SKEIN_EXAMPLES_PRINT_H_
