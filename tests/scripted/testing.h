// How a test says what must hold in every schedule, and what must not.
#ifndef SKEIN_TESTS_SCRIPTED_TESTING_H_
#define SKEIN_TESTS_SCRIPTED_TESTING_H_

#include <atomic>
#include <string_view>

#include "scripted/scheduler.h"
#include "scripted/unwatched.h"

namespace skein::scripted {

// A number that a test keeps about its threads: counting is no step, and orders nothing (which the
// thread sanitizer would take for an order that the code under test makes).
class Tally {
 public:
  Tally& operator+=(int more) noexcept {
    count_.fetch_add(more, std::memory_order_relaxed);
    return *this;
  }
  Tally& operator++() noexcept { return *this += 1; }
  Tally& operator--() noexcept { return *this += -1; }
  operator int() const noexcept { return count_.load(std::memory_order_relaxed); }  // NOLINT

 private:
  std::atomic<int> count_{0};
};

// While one lives: as if under a lock that all others of these share, in a single step (so no step
// may lie in it).
class Together {
 public:
  Together() noexcept { static_cast<void>(order_.load(std::memory_order_acquire)); }
  ~Together() { order_.fetch_add(1, std::memory_order_acq_rel); }
  Together(const Together&) = delete;
  Together& operator=(const Together&) = delete;

 private:
  static inline std::atomic<unsigned> order_{0};
};

// Every schedule within `bounds` holds. Prints how many there are. Sanitizer builds go to 2
// preemptions at most. With SKEIN_SCHEDULE in the environment: runs that schedule only, and prints
// what happens in it.
void expect_holds(const Bounds& bounds, const Scenario& scenario);

// Some schedule within `bounds` fails, saying `reason`, and fails in the same way when run again.
Outcome expect_fails(const Bounds& bounds, std::string_view reason, const Scenario& scenario);

}  // namespace skein::scripted

#endif  // SKEIN_TESTS_SCRIPTED_TESTING_H_
