#include "cpu_count.h"

#include <skein/multiprocessing/cpu_count.h>

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace skein::inline v0::multiprocessing {

namespace internal {

namespace {

constexpr int kNoLimit = std::numeric_limits<int>::max();

int whole_processors(double quota, double period) noexcept {
  if (quota <= 0 || period <= 0) return kNoLimit;
  const double processors = quota / period;
  return processors >= kNoLimit ? kNoLimit : std::max(1, static_cast<int>(processors + 0.999));
}

double number_in(const std::string& path) {
  std::ifstream file(path);
  double number = 0;
  return file >> number ? number : 0;
}

// v2: "max 100000" or "<quota> <period>".
int limit_of_v2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0;
  double period = 0;
  return file >> quota >> period ? whole_processors(quota, period) : kNoLimit;
}

// v1: -1 for none.
int limit_of_v1(const std::string& folder) {
  return whole_processors(number_in(folder + "/cpu.cfs_quota_us"), number_in(folder + "/cpu.cfs_period_us"));
}

// The least of the folders from `below` up to the hierarchy's root.
int least_from(const std::string& root, std::string below, int (*limit_of)(const std::string&)) {
  int least = kNoLimit;
  for (;;) {
    while (!below.empty() && below.back() == '/') below.pop_back();
    least = std::min(least, limit_of(root + below));
    if (below.empty()) return least;
    below.erase(below.rfind('/') == std::string::npos ? 0 : below.rfind('/'));
  }
}

}  // namespace

int quota_in_processors(const std::string& list, const std::string& root) {
  int least = kNoLimit;
  std::ifstream file(list);
  // "0::/folder", or with v1 "4:cpu,cpuacct:/folder".
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string folder = line.substr(second + 1);
    if (controllers.empty()) {
      least =
          std::min({least, least_from(root, folder, limit_of_v2), least_from(root + "/unified", folder, limit_of_v2)});
      continue;
    }
    std::istringstream names(controllers);
    for (std::string name; std::getline(names, name, ',');) {
      if (name != "cpu") continue;
      std::string mounted = root;
      mounted.append("/").append(controllers);
      least =
          std::min({least, least_from(mounted, folder, limit_of_v1), least_from(root + "/cpu", folder, limit_of_v1)});
    }
  }
  return least;
}

}  // namespace internal

int cpu_count() {
  // The set is as large as the kernel's, which may know more processors than the type has room for.
  int allowed = 0;
  for (int size = 1024; size <= 1 << 20; size *= 2) {
    cpu_set_t* const set = CPU_ALLOC(static_cast<std::size_t>(size));
    if (set == nullptr) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(size));
    const bool got = ::sched_getaffinity(0, bytes, set) == 0;
    const bool too_small = !got && errno == EINVAL;
    if (got) allowed = CPU_COUNT_S(bytes, set);
    CPU_FREE(set);
    if (!too_small) break;
  }
  if (allowed == 0) allowed = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  return std::max(1, std::min(allowed, internal::quota_in_processors("/proc/self/cgroup", "/sys/fs/cgroup")));
}

}  // namespace skein::inline v0::multiprocessing
