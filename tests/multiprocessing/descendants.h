// What is left of processes and descriptors after a test.
#ifndef SKEIN_TESTS_MULTIPROCESSING_DESCENDANTS_H_
#define SKEIN_TESTS_MULTIPROCESSING_DESCENDANTS_H_

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

namespace skein::testing {

// From now on orphans of this process's descendants become its children, whoever they were started by.
inline void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

inline std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> all;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  DIR* const folder = ::opendir(tasks.c_str());
  if (folder == nullptr) return all;
  while (const dirent* const entry = ::readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    std::ifstream file(tasks + '/' + entry->d_name + "/children");
    for (pid_t child = 0; file >> child;) all.push_back(child);
  }
  ::closedir(folder);
  return all;
}

// Seconds until this process has no children left, reaping those that it does not know; kills them after `limit`, and
// says so by a number above it.
inline double seconds_until_childless(double limit) {
  const auto start = std::chrono::steady_clock::now();
  const auto passed = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  bool killed = false;
  for (;;) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    const std::vector<pid_t> left = children_of(::getpid());
    if (left.empty()) return killed ? limit + 1 : passed();
    if (passed() > limit) {
      killed = true;
      for (const pid_t pid : left) ::kill(pid, SIGKILL);
    }
    ::usleep(500);
  }
}

inline std::vector<int> open_descriptors(pid_t pid = 0) {
  std::vector<int> all;
  const std::string path = pid == 0 ? "/proc/self/fd" : "/proc/" + std::to_string(pid) + "/fd";
  DIR* const folder = ::opendir(path.c_str());
  if (folder == nullptr) return all;
  const int own = pid == 0 ? ::dirfd(folder) : -1;
  while (const dirent* const entry = ::readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    const int number = std::atoi(entry->d_name);  // NOLINT(cert-err34-c)
    if (number != own) all.push_back(number);
  }
  ::closedir(folder);
  return all;
}
inline std::int64_t descriptor_count() { return std::ssize(open_descriptors()); }
// What they are, for a message.
inline std::string descriptor_names() {
  std::string names;
  for (const int number : open_descriptors()) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(number), gone);
    names += "\n  " + std::to_string(number) + " " + target.string();
  }
  return names;
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_DESCENDANTS_H_
