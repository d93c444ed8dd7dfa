// skein/core/spin.h - how long a thread looks before it sleeps: short pauses with yields for about the price of one
// wake-up, and only where that has paid off lately.
#ifndef SKEIN_CORE_SPIN_H_
#define SKEIN_CORE_SPIN_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/core/timeout.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace skein::inline v0 {

// The longest that a waiting thread spins before it sleeps.
//
// Starts as the price of waking a thread on another processor and being woken by it, measured when a thread first has
// to wait (about 0.5 ms, once); zero if the process may use one processor only or is under a CPU quota. The environment
// variable SKEIN_SPIN_US (microseconds, 0 to 100000) overrides that; set_spin_budget() overrides both, from any thread,
// for waits that begin later. Zero: never spin.
[[nodiscard]] SKEIN_API std::chrono::nanoseconds spin_budget() noexcept;
// Errors: ValueError if negative or longer than 100 ms.
SKEIN_API void set_spin_budget(std::chrono::nanoseconds budget);

namespace internal {

// What a place of waiting remembers of its last waits. Guesses only: races lose nothing but a guess.
class SpinHistory {
 public:
  constexpr SpinHistory() noexcept = default;

 private:
  friend class Spin;
  static constexpr std::int32_t kBest = 8;
  static constexpr std::int32_t kStart = 4;
  // After spinning has not paid off, one wait in this many tries again.
  static constexpr std::uint32_t kProbeEvery = 64;

  std::atomic<std::int32_t> score_{kStart};  // 0: do not spin.
  std::atomic<std::uint32_t> skipped_{0};
};

// One wait's spinning:
//   Spin spin(history, deadline);
//   do { if (condition) { spin.paid_off(); ... } } while (spin.step());
//   ... park ...
class Spin {
 public:
  SKEIN_API Spin(SpinHistory& history, Deadline deadline) noexcept;
  Spin(const Spin&) = delete;
  Spin& operator=(const Spin&) = delete;

  // One pause, or now and then a yield. False when it is time to park.
  [[nodiscard]] bool step() noexcept {
    if (left_ > 0) {
      --left_;
      cpu_relax();
      return true;
    }
    return turn();
  }
  // Twice as many pauses as the time before, then yields: for conditions that cost the other side something to look at.
  [[nodiscard]] bool longer_step() noexcept {
    const int pauses = next_;
    if (left_ >= pauses) {
      left_ -= pauses;
      next_ *= 2;
      for (int i = 0; i < pauses; ++i) cpu_relax();
      return true;
    }
    return turn();
  }
  // The condition came true while spinning.
  void paid_off() noexcept {
    if (spun_) remember_success();
  }
  // It ended with the deadline, and nothing had come by then: the same as if the budget had passed.
  void in_vain() noexcept {
    if (spun_) remember_failure();
  }
  // Whether any step was taken.
  [[nodiscard]] bool spun() const noexcept { return spun_; }

 private:
  SKEIN_API bool turn() noexcept;
  SKEIN_API void remember_success() noexcept;
  SKEIN_API void remember_failure() noexcept;

  SpinHistory& history_;
  std::int64_t end_ns_ = 0;  // 0: not yet known.
  std::int64_t deadline_ns_;
  int left_ = 0;  // Pauses before the next look at the clock.
  int next_ = 1;  // Pauses of the next longer_step().
  bool spun_ = false;
  bool allowed_;
};

// About half a microsecond of pauses.
SKEIN_API void linger() noexcept;

// Whether it pays to come back a little later than one could: where the other side of a queue keeps going, one does
// better to let it get on than to fight over each item. Tried now and then, and again for as long as it pays.
// Guesses only: races lose nothing but a guess.
class LingerHistory {
 public:
  // Asked before.
  [[nodiscard]] bool worth_trying() noexcept {
    if (score_.load(std::memory_order_relaxed) > 0) return true;
    const std::uint32_t skipped = skipped_.load(std::memory_order_relaxed) + 1;
    skipped_.store(skipped, std::memory_order_relaxed);
    return skipped % kProbeEvery == 0;
  }
  // Told after it was tried: whether the other side got on in the meantime.
  void learn(bool paid_off) noexcept {
    const std::int32_t score = score_.load(std::memory_order_relaxed);
    score_.store(paid_off ? std::min(score + 1, kBest) : 0, std::memory_order_relaxed);
  }

 private:
  static constexpr std::int32_t kBest = 8;
  static constexpr std::uint32_t kProbeEvery = 16;

  std::atomic<std::int32_t> score_{0};
  std::atomic<std::uint32_t> skipped_{0};
};

}  // namespace internal
}  // namespace skein::inline v0

#endif  // SKEIN_CORE_SPIN_H_
