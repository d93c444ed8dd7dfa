#include "print.h"

#include <cxxabi.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <typeinfo>

namespace conformance::internal {

void write_line(std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0) std::abort();
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string describe(const std::exception& error) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> whole(
      abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), std::free);
  std::string name = status == 0 ? whole.get() : typeid(error).name();
  if (const std::size_t scope = name.rfind("::"); scope != std::string::npos) name.erase(0, scope + 2);
  const std::string_view text = error.what();
  return text.empty() ? name : name + ": " + std::string(text);
}

bool asleep(skein::threading::ThreadHandle& thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread.native_id().value()) + "/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) throw std::runtime_error("the thread is not there any more");
  return stat.substr(name_end, 3) == ") S";
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace conformance::internal
