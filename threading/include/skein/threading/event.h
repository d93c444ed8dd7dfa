// skein/threading/event.h - a flag to wait for. Python: threading.Event.
#ifndef SKEIN_THREADING_EVENT_H_
#define SKEIN_THREADING_EVENT_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstdint>
#include <stop_token>

namespace skein::inline v0::threading {

// Starts lowered.
//
// Threads:  any member, from any thread, at any time.
// Lifetime: may be destroyed once no thread waits, also while the set() that freed the last one is still returning.
// Ordering: work done before set() is visible after any wait() or is_set() that returned true because of it.
// Cost:     one atomic step each; a system call only to sleep, or to wake somebody who does.
class Event {
 public:
  // The keyword arguments of Event.wait.
  struct WaitOptions {
    Timeout timeout = None;
  };

  constexpr Event() noexcept = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Whether the flag is raised at this moment.
  [[nodiscard]] bool is_set() const noexcept { return (bits_.load() & kRaised) != 0; }

  // Raises the flag and frees all who wait now, even if clear() comes next. Raised already: does nothing.
  SKEIN_API void set() noexcept;

  // Lowers the flag; later waits block again. Lowered already: does nothing.
  SKEIN_API void clear() noexcept;

  // Blocks until the flag is raised, or until `timeout` has passed (monotonic, from entry). None: no limit; zero or
  // less: only looks. Returns false if and only if time ran out.
  // Errors: ValueError if `timeout` is NaN.
  bool wait(Timeout timeout = None) { return is_set() || wait_slow(timeout, nullptr); }
  bool wait(WaitOptions options) { return wait(options.timeout); }
  // The same, given up as well when `stop` is requested: false then, unless the flag is raised.
  template <std::same_as<std::stop_token> S>
  bool wait(S stop, Timeout timeout = None) {
    return is_set() || wait_slow(timeout, &stop);
  }

 private:
  // Low half, the word that sleepers watch: bit 0 raised, bits 1-31 the number of rises, by which a sleeper notices a
  // set() that clear() followed (2^31 rises within one waiter's sleep would go unnoticed). High half: sleepers.
  static constexpr std::uint64_t kRaised = 1;
  static constexpr std::uint32_t kRise = 2;

  SKEIN_API bool wait_slow(Timeout timeout, const std::stop_token* stop);

  internal::Atomic<std::uint64_t> bits_{0};
  internal::SpinHistory history_;
};

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_EVENT_H_
