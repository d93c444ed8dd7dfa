#include <skein/core/internal/describe.h>

#include <cxxabi.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace skein::inline v0::internal {

std::string readable(const std::type_info& type) {
  if (type == typeid(std::string)) return "std::string";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  std::string name = status == 0 ? demangled.get() : type.name();
  for (const std::string_view prefix : {"skein::v0::", "skein::"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

std::string type_name(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (...) {
    const std::type_info* const type = abi::__cxa_current_exception_type();
    return type != nullptr ? readable(*type) : "exception of another language";
  }
}

std::string describe(const std::exception_ptr& error) {
  std::string type = type_name(error);
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return *known.what() != '\0' ? type + ": " + known.what() : type;
  } catch (...) {
    return type;
  }
}

void write_to_stderr(const std::string& text) noexcept {
  int cancel_state = 0;  // write() would be a place to be cancelled at.
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t got = ::write(STDERR_FILENO, text.data() + written, text.size() - written);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;  // Nobody listens.
    written += static_cast<std::size_t>(got);
  }
  ::pthread_setcancelstate(cancel_state, nullptr);
}

}  // namespace skein::inline v0::internal
