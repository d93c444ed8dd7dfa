// A stack that can be left in the middle of a function and gone back to. Sanitizers are told of
// each change of stack.
#ifndef SKEIN_TESTS_SCRIPTED_FIBER_H_
#define SKEIN_TESTS_SCRIPTED_FIBER_H_

#include <cstddef>
#include <memory>

#include "scripted/unwatched.h"

namespace skein::scripted {

class Fiber {
 public:
  // The stack that the program came with.
  Fiber();
  // A stack of its own, on which `run(argument)` begins at the first switch. `run` must not return.
  Fiber(void (*run)(void*), void* argument);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Leaves this one, which must be running, for `next`. Returns when somebody switches back.
  void switch_to(Fiber& next) noexcept;

  // Puts this stack out of use in the middle of whatever it was doing. What it held is never taken
  // down, so the memory stays, and counts as reachable.
  static void abandon(std::unique_ptr<Fiber> fiber);

 private:
  struct Impl;
  static void enter(Impl* impl);
  std::unique_ptr<Impl> impl_;
};

// Sanitizers other than the thread sanitizer make stack frames several times larger.
inline constexpr std::size_t kStackSize = std::size_t{256} * 1024;

// ---- the thread sanitizer ----
// It takes fibers for threads. Switches order nothing, so it sees a race wherever the atomics of
// the code under test do not order two accesses, in every schedule that is tried.

// What was done before a pass(x) is visible after the receive(x) that follows it.
void pass(const void* baton) noexcept;
void receive(const void* baton) noexcept;

}  // namespace skein::scripted

#endif  // SKEIN_TESTS_SCRIPTED_FIBER_H_
