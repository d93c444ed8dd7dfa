// Waits that park at once: what a race does after a spin that failed, without the luck of a spin that did not.
#ifndef SKEIN_TESTS_TESTING_SPINNING_H_
#define SKEIN_TESTS_TESTING_SPINNING_H_

#include <skein/core/spin.h>

#include <chrono>

namespace skein::testing {

// While one lives, `spins` of false makes every wait of the process park without spinning.
class Spinning {
 public:
  explicit Spinning(bool spins) : before_(spin_budget()) {
    if (!spins) set_spin_budget(std::chrono::nanoseconds(0));
  }
  ~Spinning() { set_spin_budget(before_); }
  Spinning(const Spinning&) = delete;
  Spinning& operator=(const Spinning&) = delete;

 private:
  const std::chrono::nanoseconds before_;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_SPINNING_H_
