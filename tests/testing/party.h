// Other threads for a test, and waiting for what they do.
#ifndef SKEIN_TESTS_TESTING_PARTY_H_
#define SKEIN_TESTS_TESTING_PARTY_H_

#include <sched.h>
#include <skein/core/spin.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "testing/asleep.h"

namespace skein::testing {

// Seconds on the monotonic clock, read past the library under test.
inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Waits until `condition()` is true, but not as long as a case may take. Gives what it found last, for EXPECT_TRUE.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
  const double limit = now() + 20;
  while (!condition()) {
    if (now() > limit) return false;
    ::sched_yield();
  }
  return true;
}

// One other thread: the standard's, so that it does not depend on what is tested. The destructor joins.
class Party {
 public:
  explicit Party(std::function<void()> body) {
    // The first wait of a process measures this, and sleeps meanwhile: blocks() would take that for the call meant.
    static_cast<void>(spin_budget());
    thread_ = std::thread([this, todo = std::move(body)] {
      tid_.store(this_tid());
      todo();
      done_.store(true);
    });
  }
  ~Party() { join(); }
  Party(const Party&) = delete;
  Party& operator=(const Party&) = delete;

  void join() {
    if (thread_.joinable()) thread_.join();
  }
  // Whether the body is through.
  [[nodiscard]] bool done() const { return done_.load(); }
  // The system's number of the thread.
  [[nodiscard]] std::int64_t tid() const {
    while (tid_.load() == 0) ::sched_yield();
    return tid_.load();
  }
  // True when it has gone to sleep in what it does; false if it came through instead. The body must sleep nowhere
  // before the call that is meant.
  [[nodiscard]] bool blocks() const {
    const std::int64_t thread = tid();
    while (!done()) {
      if (is_asleep(thread) && !done()) return true;
      ::sched_yield();
    }
    return false;
  }

 private:
  std::atomic<std::int64_t> tid_{0};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

// Several at once, which all begin together. The destructor joins.
class Parties {
 public:
  Parties(int count, const std::function<void(int)>& body) {
    threads_.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, i, count, body] {
        ready_.fetch_add(1);
        while (ready_.load() < count) ::sched_yield();
        body(i);
      });
    }
  }
  ~Parties() { join(); }
  Parties(const Parties&) = delete;
  Parties& operator=(const Parties&) = delete;
  void join() {
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  std::atomic<int> ready_{0};
  std::vector<std::thread> threads_;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_PARTY_H_
