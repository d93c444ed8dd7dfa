// skein/core/park.h - the one way to wait. For the house's own use; user code waits on the primitives.
//
// A thread that has to wait spins for a while (spin.h), says in the word that it will sleep, and parks; whoever
// changes the word sees that and unparks it. Everybody who parks re-checks its condition afterwards: wake-ups may be
// spurious, also those meant for an object that formerly lay at the same address.
#ifndef SKEIN_CORE_PARK_H_
#define SKEIN_CORE_PARK_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/core/timeout.h>

#include <bit>
#include <cstdint>
#include <optional>
#include <stop_token>

namespace skein::inline v0::internal {

class SpinHistory;

// What ends a wait besides success.
struct Until {
  Deadline deadline;
  const std::stop_token* stop = nullptr;
  // For a Lock of the house's own: takes it over from a thread that fork() left behind.
  bool inherit = false;

  [[nodiscard]] bool stopped() const noexcept { return stop != nullptr && stop->stop_requested(); }
};

// Sleeps while the 32 bits at `word` equal `expected`. False if and only if `deadline` has passed.
// A daemon thread that would return from here, or begin to sleep, after the process has begun to exit stays for ever.
SKEIN_API bool park(const void* word, std::uint32_t expected, Deadline deadline,
                    Scope scope = Scope::kProcess) noexcept;
// Wakes up to `count` sleepers of `word`, of which only the address is used.
SKEIN_API void unpark(const void* word, int count, Scope scope = Scope::kProcess) noexcept;

// ---- words with counted sleepers ----
// A 64-bit state whose low half is the value that sleepers watch and whose high half counts them, so that one atomic
// step both changes the value and learns whether anybody sleeps: a waker makes no system call when nobody does, and
// touches nothing but the address afterwards (the object may be destroyed as soon as the step is done).
inline constexpr std::uint64_t kSleeper = std::uint64_t{1} << 32;
constexpr std::uint32_t value_of(std::uint64_t bits) noexcept { return static_cast<std::uint32_t>(bits); }
constexpr std::uint32_t sleepers_of(std::uint64_t bits) noexcept { return static_cast<std::uint32_t>(bits >> 32); }
inline const void* value_address(const Atomic<std::uint64_t>& bits) noexcept {
  return reinterpret_cast<const char*>(&bits) + (std::endian::native == std::endian::little ? 0 : 4);
}

// While one of these lives, a request to stop unparks whoever sleeps on `word`, until this thread has left the wait.
class SKEIN_API StopWaker {
 public:
  StopWaker(const Until& until, const void* word);
  ~StopWaker();
  StopWaker(const StopWaker&) = delete;
  StopWaker& operator=(const StopWaker&) = delete;

 private:
  struct Ring {
    StopWaker* waker;
    void operator()() const noexcept { waker->ring(); }
  };
  void ring() noexcept;

  const void* word_;
  const std::uint32_t owner_ = thread_token();
  const bool owned_by_daemon_;
  Atomic<bool> left_{false};
  std::optional<std::stop_callback<Ring>> callback_;
};

// One blocked thread, on its own stack, in the list of what it waits for.
// The list belongs to a lock of the owner's; the state does not. A notifier takes the waiter out of the list under
// that lock and calls notify() whenever it likes; from then on the waiter stays until notify() is through.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // Ends the wait. The last thing that touches the waiter is the exchange.
  SKEIN_API void notify() noexcept;
  // Waits for notify(). False if the deadline passed or a stop was requested first: then the caller must take its
  // lock, and either find the waiter in the list and unlink it, or call wait_notified().
  [[nodiscard]] SKEIN_API bool wait(SpinHistory& history, const Until& until);
  // Waits for a notify() that is on its way.
  SKEIN_API void wait_notified() noexcept;

 private:
  friend class WaiterList;
  enum State : std::uint32_t { kWaiting, kParked, kNotified };

  Atomic<std::uint32_t> state_{kWaiting};
  Waiter* next_ = nullptr;
  Waiter* previous_ = nullptr;
  bool linked_ = false;
};

// Waiters in the order of their coming. Guarded by a lock of the owner's.
// In a forked child the list is empty: those who waited stayed in the parent.
class WaiterList {
 public:
  [[nodiscard]] bool empty() noexcept {
    forget_the_left_behind();
    return first_ == nullptr;
  }
  void push_back(Waiter& waiter) noexcept {
    forget_the_left_behind();
    waiter.previous_ = last_;
    waiter.next_ = nullptr;
    waiter.linked_ = true;
    (last_ != nullptr ? last_->next_ : first_) = &waiter;
    last_ = &waiter;
  }
  // The one that has waited longest, unlinked; nullptr if there is none.
  Waiter* pop_front() noexcept {
    forget_the_left_behind();
    Waiter* const waiter = first_;
    if (waiter != nullptr) unlink(*waiter);
    return waiter;
  }
  // Takes all of them out, into a list of their own.
  WaiterList take_all() noexcept {
    forget_the_left_behind();
    WaiterList all = *this;
    for (Waiter* waiter = all.first_; waiter != nullptr; waiter = waiter->next_) waiter->linked_ = false;
    first_ = last_ = nullptr;
    return all;
  }
  // Notifies each of a list that take_all() gave. No lock needed.
  void notify_taken() noexcept {
    while (first_ != nullptr) {
      Waiter* const waiter = first_;
      first_ = waiter->next_;  // Before notify(): the waiter may be gone after it.
      waiter->notify();
    }
    last_ = nullptr;
  }
  // Takes `waiter` out if it is still in; false if a notifier already has it.
  bool remove(Waiter& waiter) noexcept {
    if (!waiter.linked_) return false;
    unlink(waiter);
    return true;
  }

 private:
  void forget_the_left_behind() noexcept {
    if (const std::uint32_t forks = fork_count(); forks != forks_) [[unlikely]] {
      forks_ = forks;
      first_ = last_ = nullptr;
    }
  }
  void unlink(Waiter& waiter) noexcept {
    (waiter.previous_ != nullptr ? waiter.previous_->next_ : first_) = waiter.next_;
    (waiter.next_ != nullptr ? waiter.next_->previous_ : last_) = waiter.previous_;
    waiter.linked_ = false;
  }

  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  std::uint32_t forks_ = fork_count();
};

// ---- the end of the process ----

// Marks the calling thread as one that the process does not wait for at its end. It counts as running unless it is
// parked; leave_daemon_mode() when it ends.
SKEIN_API void enter_daemon_mode() noexcept;
SKEIN_API void leave_daemon_mode() noexcept;
// In a forked child: of the daemons only the calling thread is left, if it is one.
SKEIN_API void forget_daemons_left_behind() noexcept;
// From now on daemon threads stay where they next park. Waits until all of them do, `grace` at the longest.
SKEIN_API void park_daemons_for_ever(Timeout grace) noexcept;
// While one lives, the calling thread counts as parked (it sleeps elsewhere than in park()).
class SKEIN_API BlockedElsewhere {
 public:
  BlockedElsewhere() noexcept;
  ~BlockedElsewhere();
  BlockedElsewhere(const BlockedElsewhere&) = delete;
  BlockedElsewhere& operator=(const BlockedElsewhere&) = delete;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_PARK_H_
