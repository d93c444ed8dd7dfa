#include "traceback.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace skein::inline v0::pickle::internal {

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                         &std::free);
  std::string shown = status == 0 && text ? text.get() : name;
  // Nobody writes the inline namespace.
  constexpr std::string_view kInline = "skein::v0::";
  for (std::size_t at = shown.find(kInline); at != std::string::npos; at = shown.find(kInline, at))
    shown.erase(at + 7, 4);
  return shown;
}

std::string current_traceback() {
  std::array<void*, 64> frames{};
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  std::string text = "Traceback (most recent call last), process " + std::to_string(::getpid()) + ":\n";
  for (int i = count - 1; i > 0; --i) {
    void* const address = frames[static_cast<std::size_t>(i)];
    Dl_info info{};
    const bool known = ::dladdr(address, &info) != 0;
    std::array<char, 40> offset{};
    const auto from = known ? reinterpret_cast<std::uintptr_t>(info.dli_fbase) : 0;
    std::snprintf(offset.data(), offset.size(), "+0x%zx",
                  static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(address) - from));
    text += "  ";
    text += known && info.dli_fname != nullptr ? info.dli_fname : "?";
    text += offset.data();
    if (known && info.dli_sname != nullptr) text += ", in " + demangled(info.dli_sname);
    text += "\n";
  }
  return text;
}

}  // namespace skein::inline v0::pickle::internal
