// skein/threading/barrier.h - a place where a fixed number of threads wait for each other. Python: threading.Barrier.
#ifndef SKEIN_THREADING_BARRIER_H_
#define SKEIN_THREADING_BARRIER_H_

#include <skein/core/callable.h>
#include <skein/core/errors.h>
#include <skein/core/export.h>
#include <skein/core/park.h>
#include <skein/core/timeout.h>
#include <skein/threading/condition.h>
#include <skein/threading/lock.h>

#include <concepts>
#include <cstdint>
#include <stop_token>
#include <utility>

namespace skein::inline v0::threading {

// Python: threading.BrokenBarrierError, a RuntimeError.
class SKEIN_API BrokenBarrierError : public RuntimeError {
 public:
  BrokenBarrierError() : RuntimeError("") {}
  ~BrokenBarrierError() override;
};

// Threads:  any member, from any thread, at any time.
// Lifetime: destroy only when nobody waits.
// Ordering: what each party did before wait() is visible to all after it.
// Cost:     a lock and a notification a round.
class Barrier {
 public:
  // The keyword arguments of Barrier, after `parties`.
  struct Options {
    Callable action = None;
    Timeout timeout = None;
  };
  // The keyword arguments of Barrier.wait.
  struct WaitOptions {
    Timeout timeout = None;
  };

  // For `parties` threads. `action`, if any, is called by one of them when all have come, before any goes on, with
  // the barrier's lock held. `timeout` is what wait() uses when it is given none.
  // Errors: ValueError ("parties must be > 0"; CPython before 3.13 accepts zero).
  SKEIN_API explicit Barrier(std::int64_t parties, Callable action = None, Timeout timeout = None);
  Barrier(std::int64_t parties, Options options) : Barrier(parties, std::move(options.action), options.timeout) {}
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  // Waits for the others. Returns a number from 0 to parties - 1, another one for each thread of a round.
  // If `timeout` (monotonic, counted from when this round begins to fill; None: the barrier's own) passes first, the
  // barrier breaks for everybody. Zero or less: breaks it unless this thread is the last to come.
  // Errors: BrokenBarrierError if it is broken, or gets broken or reset while waiting; what the action throws, in the
  // thread that runs it, while the others get BrokenBarrierError. ValueError if `timeout` is NaN.
  std::int64_t wait(Timeout timeout = None) { return wait_until(timeout, nullptr); }
  std::int64_t wait(WaitOptions options) { return wait_until(options.timeout, nullptr); }
  // The same; a requested stop breaks the barrier like a timeout.
  template <std::same_as<std::stop_token> S>
  std::int64_t wait(S stop, Timeout timeout = None) {
    return wait_until(timeout, &stop);
  }

  // Back to empty and unbroken; who waits now gets BrokenBarrierError.
  SKEIN_API void reset();
  // Breaks it: who waits now or later gets BrokenBarrierError, until reset(). Broken already: stays so.
  SKEIN_API void abort();

  // How many have to come.
  [[nodiscard]] std::int64_t parties() const noexcept { return parties_; }
  // How many wait at this moment; zero while a round ends.
  [[nodiscard]] SKEIN_API std::int64_t n_waiting() const;
  // Whether abort(), a timeout, a stop or the action has broken it, and no reset() has been since.
  [[nodiscard]] SKEIN_API bool broken() const;

 private:
  enum class State { kFilling, kDraining, kResetting, kBroken };

  SKEIN_API std::int64_t wait_until(Timeout timeout, const std::stop_token* stop);
  void break_all() SKEIN_REQUIRES(lock_);

  mutable Lock lock_;
  Condition changed_{lock_};
  const std::int64_t parties_;
  Callable action_;
  const Timeout timeout_;
  State state_ SKEIN_GUARDED_BY(lock_) = State::kFilling;
  std::int64_t count_ SKEIN_GUARDED_BY(lock_) = 0;
};

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_BARRIER_H_
