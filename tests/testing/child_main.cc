#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "testing/child.h"
#include "testing/party.h"

namespace {
bool g_no_leak_check = false;
}  // namespace

// The leak check asks this.
extern "C" __attribute__((visibility("default"), used)) int
__lsan_is_turned_off();                                                    // NOLINT(bugprone-reserved-identifier)
extern "C" int __lsan_is_turned_off() { return g_no_leak_check ? 1 : 0; }  // NOLINT(bugprone-reserved-identifier)

namespace skein::testing {

void skip_leak_check() { g_no_leak_check = true; }

std::map<std::string, ScenarioFunction>& scenarios() {
  static auto* const all = new std::map<std::string, ScenarioFunction>;
  return *all;
}

namespace {

constexpr std::string_view kOption = "--scenario=";

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t which) {
    if (ends[which] >= 0) ::close(ends[which]);
    ends[which] = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

// Reads what the child writes until it is gone or its time is up.
Outcome watch(pid_t child, Pipe& out, Pipe& err, double limit) {
  Outcome outcome;
  const double start = now();
  const double end = start + limit;
  out.close_end(1);
  err.close_end(1);
  const int ended = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (ended < 0) std::abort();
  std::array<pollfd, 3> watched{{{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}, {ended, POLLIN, 0}}};
  const auto take = [](pollfd& from, std::string& into) {
    std::array<char, 4096> part{};
    const ssize_t got = ::read(from.fd, part.data(), part.size());
    if (got > 0) into.append(part.data(), static_cast<std::size_t>(got));
    if (got == 0) from.fd = -1;
    return got > 0;
  };
  for (;;) {
    const double left = end - now();
    if (left <= 0 && !outcome.hung) {
      outcome.hung = true;
      ::kill(child, SIGKILL);
    }
    const int got = ::poll(watched.data(), watched.size(), outcome.hung ? -1 : static_cast<int>(left * 1000) + 1);
    if (got <= 0) continue;
    if ((watched[0].revents & (POLLIN | POLLHUP)) != 0) take(watched[0], outcome.out);
    if ((watched[1].revents & (POLLIN | POLLHUP)) != 0) take(watched[1], outcome.err);
    if ((watched[2].revents & POLLIN) != 0) break;
  }
  ::close(ended);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.seconds = now() - start;
  // What is left in the pipes; a grandchild may still hold the other ends, so no waiting for the end.
  for (std::size_t i = 0; i < 2; ++i) {
    if (watched[i].fd < 0) continue;
    ::fcntl(watched[i].fd, F_SETFL, O_NONBLOCK);
    while (take(watched[i], i == 0 ? outcome.out : outcome.err)) {
    }
  }
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return outcome;
}

}  // namespace

Outcome run_scenario(const std::string& name, const ScenarioOptions& options) {
  if (!scenarios().contains(name)) {
    ADD_FAILURE() << "no scenario " << name;
    return {.status = -1};
  }
  std::string self = "/proc/self/exe";
  std::string argument = std::string(kOption) + name;
  std::array<char*, 3> arguments{self.data(), argument.data(), nullptr};
  std::vector<std::string> variables = options.environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view known = *variable;
    const auto replaced = [&](const std::string& other) {
      return other.substr(0, other.find('=') + 1) == known.substr(0, known.find('=') + 1);
    };
    if (std::none_of(options.environment.begin(), options.environment.end(), replaced)) variables.emplace_back(known);
  }
  std::vector<char*> environment;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);

  Pipe out;
  Pipe err;
  const pid_t child = ::fork();
  if (child < 0) std::abort();
  if (child == 0) {
    ::dup2(out.ends[1], STDOUT_FILENO);
    ::dup2(err.ends[1], STDERR_FILENO);
    if (options.processor >= 0) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(static_cast<unsigned>(options.processor), &one);
      if (::sched_setaffinity(0, sizeof one, &one) != 0) ::_exit(126);
    }
    ::execve(self.c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
  return watch(child, out, err, options.limit);
}

Outcome run_forked(const std::function<int()>& body, double limit) {
  std::fflush(nullptr);
  Pipe out;
  Pipe err;
  const pid_t child = ::fork();
  if (child < 0) std::abort();
  if (child == 0) {
    ::dup2(out.ends[1], STDOUT_FILENO);
    ::dup2(err.ends[1], STDERR_FILENO);
    skip_leak_check();
    int status = 125;
    try {
      status = body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "the child threw: %s\n", error.what());
    }
    std::exit(status);  // NOLINT(concurrency-mt-unsafe)
  }
  return watch(child, out, err, limit);
}

// Defined where something has to come before everything else: process_main.cc.
[[gnu::weak]] void begin_main(int argc, char** argv);
}  // namespace skein::testing

int main(int argc, char** argv) {
  if (&skein::testing::begin_main != nullptr) skein::testing::begin_main(argc, argv);
  using skein::testing::kOption;
  if (argc == 2 && std::string_view(argv[1]).starts_with(kOption)) {
    return skein::testing::scenarios().at(argv[1] + kOption.size())();
  }
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
