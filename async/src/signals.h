// signals.h - Ctrl-C while a Runner runs.
#ifndef SKEIN_ASYNC_SRC_SIGNALS_H_
#define SKEIN_ASYNC_SRC_SIGNALS_H_

#include <csignal>
#include <cstdint>

#include "loop.h"

namespace skein::inline v0::internal {

// While one lives, in the main thread, and if SIGINT would otherwise end the process: the first SIGINT cancels the main
// task, the second one ends the loop with KeyboardInterrupt. A third one that comes before the loop has seen any ends
// the process.
class Interrupts {
 public:
  Interrupts(LoopImpl& loop, LoopTask& main);
  ~Interrupts();
  // In a child that was just forked: SIGINT ends it, or goes to a Runner of its own.
  static void forget_in_child() noexcept;
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // How many the loop has seen.
  [[nodiscard]] std::uint32_t count() const noexcept { return seen_.load(); }
  // In the loop, after a signal. Errors: KeyboardInterrupt.
  void look();

 private:
  static void came(int number);

  LoopImpl& loop_;
  LoopTask& main_;
  std::atomic<std::uint32_t> count_{0};
  std::atomic<std::uint32_t> seen_{0};
  struct sigaction before_{};
  bool installed_ = false;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNC_SRC_SIGNALS_H_
