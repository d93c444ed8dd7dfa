// The kill matrices: a process is killed at a fault point, and those that share something with it go on.
//
// What must hold each time: nobody else waits longer than 5 s; nothing is lost or doubled but what was in the dead
// one's hands; no process, no descriptor and no entry of /dev/shm is left. The victims are children of each start
// method: 20 kills at each point (two with spawn and forkserver under a sanitizer), and 1000 in the long form.
#ifndef SKEIN_TESTS_MULTIPROCESSING_KILL_MATRIX_H_
#define SKEIN_TESTS_MULTIPROCESSING_KILL_MATRIX_H_

#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/spin.h>
#include <skein/multiprocessing/context.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/processes.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::testing {

inline constexpr double kLimit = 5;  // Seconds.

// A `T` in memory that processes of each start method share; copies are of one. Not by the library under test, and what
// is stored there is not lost with who stored it.
template <class T>
class Shared {
 public:
  Shared() : memory_(std::make_shared<Memory>(::memfd_create("skein_test", MFD_CLOEXEC), true)) {}

  T& operator*() const noexcept { return *memory_->value; }
  T* operator->() const noexcept { return memory_->value; }

  template <class Archive>
  void save(Archive& archive) const {
    archive(static_cast<int>(::getpid()), memory_->descriptor);
  }
  template <class Archive>
  void load(Archive& archive) {
    int pid = 0;
    int descriptor = 0;
    archive(pid, descriptor);
    const std::string path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(descriptor);
    memory_ = std::make_shared<Memory>(::open(path.c_str(), O_RDWR | O_CLOEXEC), false);
  }

 private:
  struct Memory {
    Memory(int file, bool make) : descriptor(file) {
      if (file < 0 || (make && ::ftruncate(file, sizeof(T)) != 0)) std::abort();
      void* const at = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
      if (at == MAP_FAILED) std::abort();
      value = make ? new (at) T{} : std::launder(static_cast<T*>(at));
    }
    ~Memory() {
      ::munmap(value, sizeof(T));
      ::close(descriptor);
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    int descriptor;
    T* value = nullptr;
  };
  std::shared_ptr<Memory> memory_;
};

// What a victim is told beside what it is to do.
struct Orders {
  std::string faults;  // Armed when it has all its arguments.
  bool spins = true;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(faults, spins);
  }
};

// What a victim does: a captureless lambda and its arguments, which each start method can give to another process.
using Doom = std::function<multiprocessing::Process(const multiprocessing::Context& context, const Orders& orders)>;

// What it returns, if anything, is the exit code.
template <class F>
struct Doomed {
  template <class... Args>
  void operator()(const Orders& orders, const Args&... arguments) const {
    if (!orders.spins) set_spin_budget(std::chrono::nanoseconds(0));
    internal::arm_faults(orders.faults);
    int status = 0;
    if constexpr (std::is_void_v<decltype(F{}(arguments...))>) {
      F{}(arguments...);
    } else {
      status = F{}(arguments...);
    }
    internal::arm_faults("");
    if (status != 0) throw SystemExit(status);
  }
};
template <class F>
struct Repeated {
  template <class... Args>
  void operator()(const Args&... arguments) const {
    for (;;) F{}(arguments...);
  }
};
template <class F, class... Args>
Doom doomed(F, const Args&... arguments) {
  return [arguments...](const multiprocessing::Context& context, const Orders& orders) {
    return context.Process(Doomed<F>{}, orders, arguments...);
  };
}

// Again and again.
template <class F, class... Args>
Doom repeated(F, const Args&... arguments) {
  return doomed(Repeated<F>{}, arguments...);
}

// A process that is to be killed, of the start method that the test is about. The destructor kills it if it still runs.
class Victim {
 public:
  Victim(const Doom& doom, const Orders& orders) : process_(doom(multiprocessing::get_context(method()), orders)) {
    std::fflush(nullptr);
    process_.start();
  }
  Victim(const Doom& doom, const std::string& faults) : Victim(doom, Orders{.faults = faults}) {}
  ~Victim() { static_cast<void>(wait(0)); }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  // The start method of those that are made from now on.
  static std::string& method() {
    static auto* const name = new std::string("fork");
    return *name;
  }
  // When somebody last saw one of them dead.
  static double last_death() { return death().load(); }

  void kill() const { process_.kill(); }
  [[nodiscard]] bool ends_within(double seconds) {
    if (ended_) return true;
    process_.join(seconds);
    if (!process_.exitcode()) return false;
    if (!ended_.exchange(true)) death() = now();
    return true;
  }
  // The exit code; -1000 if it did not end within `limit` seconds and was killed.
  int wait(double limit = 20) {
    if (!code_) {
      const bool hung = !ends_within(limit);
      if (hung) kill();
      static_cast<void>(ends_within(20));
      code_ = hung ? -1000 : process_.exitcode().value();
    }
    return *code_;
  }

 private:
  static std::atomic<double>& death() {
    static std::atomic<double> when{0};
    return when;
  }

  multiprocessing::Process process_;
  std::atomic<bool> ended_{false};
  std::optional<int> code_;
};

// What a round has seen, and how long it took to see it; if it does not say so, the time from the death to its end.
struct Seen {
  std::string words;
  std::optional<double> seconds = std::nullopt;
};
// One kill. Fails the test itself.
using Round = std::function<Seen(const std::string& point, std::int64_t number)>;

// What each matrix does around its rounds.
class Kills : public ::testing::Test {
 protected:
  static constexpr const char* kNotReached = "not reached";

  // With victims of that start method from now on.
  static void begin(const std::string& method) {
    SKEIN_FORKS();
    if (!internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
    static_cast<void>(spin_budget());  // Measured by threads.
    Victim::method() = method;
    Victim first(doomed([] {}), "");  // The fork server stays.
    ASSERT_EQ(first.wait(), 0);
  }
  void TearDown() override { Victim::method() = "fork"; }

  // `round` at each of the points; the row of the table. Enough rounds to get to the point at all.
  static void run(const char* what, const std::vector<const char*>& points, const Round& round) {
    // Sanitizers make the slower methods much slower.
    const std::int64_t rounds = nightly() ? 1000 : Victim::method() == "fork" ? 20 : repeat(20, 1000);
    for (const char* const point : points) {
      const SharedNames names;
      const std::int64_t descriptors = descriptor_count();
      const std::set<pid_t> children = descendants();
      std::map<std::string, int> seen;
      double worst = 0;
      std::int64_t done = 0;
      const auto reached = [&] { return done - seen[kNotReached]; };
      for (; done < rounds || (reached() == 0 && done < 20); ++done) {
        SCOPED_TRACE(what + std::string(", ") + point + ", round " + std::to_string(done));
        const double began = now();
        const Seen what_now = round(point, done);
        ++seen[what_now.words];
        worst = std::max(worst, what_now.seconds.value_or(now() - std::max(began, Victim::last_death())));
        if (HasFailure()) return;
      }
      EXPECT_GT(reached(), 0) << point << ": no round got there";
      EXPECT_LT(worst, kLimit) << point;
      EXPECT_TRUE(names.none_is_left()) << point;
      // One segment is kept for the next small blocks.
      EXPECT_LE(descriptor_count(), descriptors + 1) << point << descriptor_names();
      EXPECT_TRUE(eventually([&] { return descendants() == children; })) << point << ": a child is left";
      std::string words;
      for (const auto& [word, count] : seen) {
        if (count > 0) words += (words.empty() ? "" : "; ") + std::to_string(count) + " " + word;
      }
      std::printf("%-16s %-28s %-10s %5.0f ms  %s\n", what, point, Victim::method().c_str(), worst * 1000,
                  words.c_str());
    }
  }

 private:
  // The children of this process, and theirs: the fork server's are.
  static std::set<pid_t> descendants() {
    std::set<pid_t> all;
    for (const pid_t child : children_of(::getpid())) {
      all.insert(child);
      const std::vector<pid_t> theirs = children_of(child);
      all.insert(theirs.begin(), theirs.end());
    }
    return all;
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_KILL_MATRIX_H_
