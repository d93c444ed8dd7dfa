// benchmarks/process_start.cc - family 5, its rows of starts.
//
// One operation is the start of a process that does nothing, and the wait for its end. All of them start from one
// thread, number 0 of a placement, and processes run where that one does. Floors: fork and waitpid, vfork and waitpid,
// posix_spawn of this very program, which ends where its main() begins.
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/process.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "harness.h"
#include "process_parts.h"

namespace bench {
namespace {

namespace mp = skein::multiprocessing;

constexpr std::size_t kLarge = std::size_t{256} << 20;

void nothing() {}

// So many bytes that this process has touched, in small pages: a fork copies their page tables.
class Ballast {
 public:
  explicit Ballast(std::size_t size) : size_(size) {
    if (size_ == 0) return;
    place_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(place_ != MAP_FAILED && ::madvise(place_, size_, MADV_NOHUGEPAGE) == 0);
    for (std::size_t at = 0; at < size_; at += 4096) static_cast<volatile char*>(place_)[at] = 1;
  }
  ~Ballast() {
    if (size_ != 0) ::munmap(place_, size_);
  }
  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;

 private:
  std::size_t size_;
  void* place_ = nullptr;
};

// `start_and_join()` as often as asked for; first once without the clock, which also starts the server of forkserver.
template <class F>
Outcome starts(const Rep& rep, std::size_t parent, F start_and_join) {
  std::int64_t ns = 0;
  std::thread([&] {
    pin(rep.placement, 0);
    const Ballast ballast(parent);
    start_and_join();
    const std::int64_t began = now_ns();
    for (std::int64_t i = 0; i < rep.ops; ++i) start_and_join();
    ns = now_ns() - began;
  }).join();
  return {each(ns, rep.ops)};
}

void wait_for(pid_t child) {
  int status = 0;
  check(child > 0 && ::waitpid(child, &status, 0) == child && status == 0);
}

// ---- floors ----

Body raw_fork(std::size_t parent) {
  return [parent](const Rep& rep) {
    return starts(rep, parent, [] {
      const pid_t child = ::fork();
      if (child == 0) ::_exit(0);
      wait_for(child);
    });
  };
}

Outcome raw_vfork(const Rep& rep) {
  return starts(rep, 0, [] {
    const pid_t child = ::vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork): a floor
    if (child == 0) ::_exit(0);
    wait_for(child);
  });
}

Outcome raw_spawn(const Rep& rep) {
  std::string program = "/proc/self/exe";
  std::string argument = kEndAtOnce;
  return starts(rep, 0, [&] {
    std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
    pid_t child = 0;
    check(::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), ::environ) == 0);
    wait_for(child);
  });
}

// ---- skein ----

// The warning that fork in a process with threads is a risk comes once, with the first of them; here it would come
// for each row.
void take_warning() {
  static const bool taken = [] {
    const int saved = ::dup(STDERR_FILENO);
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    check(saved >= 0 && nowhere >= 0 && ::dup2(nowhere, STDERR_FILENO) >= 0);
    auto process = mp::get_context("fork").Process(nothing);
    process.start();
    process.join();
    check(::dup2(saved, STDERR_FILENO) >= 0);
    ::close(saved);
    ::close(nowhere);
    return true;
  }();
  static_cast<void>(taken);
}

Body skein_start(const std::string& method, std::size_t parent = 0) {
  return [method, parent](const Rep& rep) {
    if (method == "fork") take_warning();
    const mp::Context context = mp::get_context(method);
    return starts(rep, parent, [&] {
      auto process = context.Process(nothing);
      process.start();
      process.join();
      check(process.exitcode() == 0);
    });
  };
}

}  // namespace

void add_process_start(Suite& suite) {
  const auto row = [&](const char* name, std::int64_t ops) -> Workload& {
    suite.push_back({5, std::string("5d ") + name, {kOneCore, kFree}, ops, 1.0});
    return suite.back();
  };
  row("fork, start + join", 2'000)
      .add("floor", raw_fork(0))
      .add("floor (vfork)", raw_vfork)
      .add("skein", skein_start("fork"));
  row("fork, start + join, 256 MiB parent", 200)
      .add("floor", raw_fork(kLarge))
      .add("skein", skein_start("fork", kLarge));
  row("forkserver, start + join", 2'000).add("floor", raw_fork(0)).add("skein", skein_start("forkserver"));
  row("forkserver, start + join, 256 MiB parent", 2'000)
      .add("floor", raw_fork(0))
      .add("floor (fork, 256 MiB parent)", raw_fork(kLarge))
      .add("skein", skein_start("forkserver", kLarge));
  row("spawn, start + join", 500).add("floor", raw_spawn).add("skein", skein_start("spawn"));
}

}  // namespace bench
