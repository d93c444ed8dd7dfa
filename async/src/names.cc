#include "names.h"

#include <skein/asyncio/errors.h>
#include <skein/core/internal/describe.h>

#include <string_view>

namespace skein::inline v0::internal {
namespace {

// Up to the parameters: the first "(" that stands in no template argument and is not part of "(anonymous namespace)".
std::string_view before_parameters(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>') --depth;
    if (text[i] != '(' || depth != 0) continue;
    if (text.substr(i).starts_with("(anonymous")) {
      i = text.find(')', i);
      if (i == std::string_view::npos) break;
      continue;
    }
    return text.substr(0, i);
  }
  return text;
}

}  // namespace

std::string function_name(const std::source_location& location) {
  const std::string_view full = location.function_name();
  std::string_view name = before_parameters(full);
  int depth = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == '>') ++depth;
    if (name[i] == '<') --depth;
    if (depth == 0 && (name[i] == ':' || name[i] == ' ' || name[i] == '*' || name[i] == '&' || name[i] == ')')) {
      name = name.substr(i + 1);
      break;
    }
  }
  // clang says "auto f()::(anonymous class)::operator()(int) const".
  if (name.starts_with("operator")) return "<lambda>";
  return std::string(name);
}

std::string place_of(const std::source_location& location) {
  std::string_view file = location.file_name();
  if (const auto slash = file.rfind('/'); slash != std::string_view::npos) file = file.substr(slash + 1);
  return std::string(file) + ":" + std::to_string(location.line());
}

std::string exception_repr(const std::exception_ptr& error) {
  std::string name = type_name(error);
  if (const auto scope = name.rfind("::"); scope != std::string::npos && name.find('<') == std::string::npos) {
    name.erase(0, scope + 2);
  }
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    const std::string text = e.what();
    return name + (text.empty() ? "()" : "('" + text + "')");
  } catch (...) {
    return name + "()";
  }
}

}  // namespace skein::inline v0::internal
