// Runs a small program of a few threads through every schedule within bounds. See README.md.
#ifndef SKEIN_TESTS_SCRIPTED_SCHEDULER_H_
#define SKEIN_TESTS_SCRIPTED_SCHEDULER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skein::scripted {

inline constexpr int kMostThreads = 4;
inline constexpr int kUnbounded = 1'000'000;

struct Bounds {
  // How often in one execution a thread that could go on is left for another.
  int preemptions = 4;
  // How often in one execution the system does what it may but rarely does: ends a sleep for no
  // reason, interrupts one, lets the clock jump past every deadline, fails a compare_exchange_weak.
  int surprises = 0;
  // Whether a wake-up may go to any sleeper instead of the one that has slept longest.
  bool any_wake_order = false;
  // An execution of more steps is taken for one that never ends.
  int steps = 5000;
};

// One execution, as a scenario sets it up. The scenario is called once for each execution and must
// do the same each time.
class Execution {
 public:
  Execution() = default;
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution() {
    while (!made_.empty()) made_.pop_back();  // In reverse order.
  }

  // An object for the threads to share; destroyed after the execution.
  template <class T, class... A>
  T& make(A&&... arguments) {
    auto made = std::make_shared<T>(std::forward<A>(arguments)...);
    T& object = *made;
    made_.push_back(std::move(made));
    return object;
  }
  // Threads are called A, B, C in traces.
  void thread(std::function<void()> body) { threads_.push_back(std::move(body)); }
  // Runs when all threads have ended.
  void at_end(std::function<void()> check) { at_end_ = std::move(check); }

 private:
  friend class Scheduler;
  std::vector<std::shared_ptr<void>> made_;
  std::vector<std::function<void()>> threads_;
  std::function<void()> at_end_;
};

using Scenario = std::function<void(Execution&)>;

// In a thread or in at_end(): the execution has failed unless `holds`.
void check(bool holds, std::string_view what, std::source_location where = std::source_location::current());

// In a thread: how many threads are asleep, and how many steps a thread (A is 0) has begun. A
// thread that waits for one of these must yield_cpu() meanwhile.
int sleepers();
int steps_of(int thread);

struct Outcome {
  std::uint64_t executions = 0;
  std::size_t longest = 0;  // Choices in the longest execution.
  // Empty if every execution held.
  std::string failure;
  // What replay() takes, and what happened, step by step.
  std::string schedule;
  std::string trace;
};

// Tries every schedule, depth first, until one fails; then looks for a failing one with fewer
// preemptions and surprises, and reports that.
Outcome explore(const Bounds& bounds, const Scenario& scenario);
// Runs one schedule, with its trace.
Outcome replay(const Bounds& bounds, std::string_view schedule, const Scenario& scenario);

// A T that threads may destroy while others still hold its address. The memory stays, so that a
// late access is seen for what it is: by the scheduler if it goes to an atomic, by the address
// sanitizer if to anything else.
void poison(void* begin, std::size_t size) noexcept;
void unpoison(void* begin, std::size_t size) noexcept;

template <class T>
class Mortal {
 public:
  template <class... A>
  explicit Mortal(A&&... arguments) {
    new (storage_) T(std::forward<A>(arguments)...);
  }
  ~Mortal() {
    if (alive_) {
      destroy();
    }
    unpoison(storage_, sizeof storage_);
  }
  Mortal(const Mortal&) = delete;
  Mortal& operator=(const Mortal&) = delete;

  T* operator->() noexcept { return std::launder(reinterpret_cast<T*>(storage_)); }
  T& operator*() noexcept { return *operator->(); }
  void destroy() noexcept {
    alive_ = false;
    operator->()->~T();
    poison(storage_, sizeof storage_);
  }

 private:
  alignas(T) std::byte storage_[sizeof(T)];
  bool alive_ = true;
};

}  // namespace skein::scripted

#endif  // SKEIN_TESTS_SCRIPTED_SCHEDULER_H_
