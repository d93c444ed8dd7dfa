#include "memory_limit.h"

#include <skein/multiprocessing/internal/descriptor.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace skein::inline v0::multiprocessing::internal {

namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

// The beginning of a file of the kernel's; "" if there is none.
std::string contents(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> text{};
  if (!file) return "";
  ssize_t size;
  do {
    size = ::read(file.number(), text.data(), text.size());
  } while (size < 0 && errno == EINTR);
  return size <= 0 ? "" : std::string(text.data(), static_cast<std::size_t>(size));
}

// The number behind `key`, or at the start.
std::uint64_t number_after(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return kUnknown;
  text.remove_prefix(at + key.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : kUnknown;
}

// What is left of a limit of this process's control group.
std::uint64_t left_to_group() {
  const std::string groups = contents("/proc/self/cgroup");
  const std::size_t at = groups.find("0::");  // Version 2.
  if (at != std::string::npos) {
    std::string folder = groups.substr(at + 3, groups.find('\n', at) - at - 3);
    std::uint64_t least = kUnknown;
    // Each group above has a limit of its own.
    for (;;) {
      const std::string base = "/sys/fs/cgroup" + (folder == "/" ? "" : folder);
      const std::uint64_t limit = number_after(contents(base + "/memory.max"), "");
      const std::uint64_t used = number_after(contents(base + "/memory.current"), "");
      if (limit != kUnknown && used != kUnknown) least = std::min(least, limit > used ? limit - used : 0);
      const std::size_t slash = folder.rfind('/');
      if (folder.size() <= 1 || slash == std::string::npos) break;
      folder.resize(std::max<std::size_t>(slash, 1));
    }
    return least;
  }
  const std::uint64_t limit = number_after(contents("/sys/fs/cgroup/memory/memory.limit_in_bytes"), "");
  const std::uint64_t used = number_after(contents("/sys/fs/cgroup/memory/memory.usage_in_bytes"), "");
  if (limit == kUnknown || used == kUnknown) return kUnknown;
  return limit > used ? limit - used : 0;
}

}  // namespace

std::uint64_t available_memory() noexcept {
  try {
    const std::string machine = contents("/proc/meminfo");
    const std::uint64_t available = number_after(machine, "MemAvailable:");
    const std::uint64_t swap = number_after(machine, "SwapFree:");
    const std::uint64_t all =
        available == kUnknown ? kUnknown : 1024 * (available + (swap == kUnknown ? std::uint64_t{0} : swap));
    return std::min(all, left_to_group());
  } catch (...) {
    return kUnknown;
  }
}

}  // namespace skein::inline v0::multiprocessing::internal
