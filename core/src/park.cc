#include <skein/core/park.h>
#include <skein/core/spin.h>

#include <limits>

#include "nap.h"

namespace skein::inline v0::internal {

// ---- daemons at the end of the process ----

namespace {

// Not scripted: these count threads for the end of the process and order nothing.
constinit thread_local bool t_daemon = false;
constinit std::atomic<std::uint32_t> g_running_daemons{0};
constinit std::atomic<bool> g_exiting{false};

[[noreturn]] void stay_for_ever() noexcept {
  for (;;) nap_until(std::numeric_limits<std::int64_t>::max());
}

// The two halves of "counts as parked". A daemon that comes back adds itself first and looks for the end second;
// park_daemons_for_ever() raises the flag first and reads the count second: one of them sees the other.
void begin_blocked() noexcept {
  if (t_daemon) {
    if (g_running_daemons.fetch_sub(1) == 1 && g_exiting.load()) futex_wake(&g_running_daemons, 1, Scope::kProcess);
    if (g_exiting.load()) stay_for_ever();
  }
}

// `word`: where it slept. A daemon that stays for ever hands its wake-up on, which may have been meant for any sleeper.
void end_blocked(const void* word, Scope scope) noexcept {
  if (t_daemon) {
    g_running_daemons.fetch_add(1);
    if (g_exiting.load()) {
      if (word != nullptr) futex_wake(word, 1, scope);
      if (g_running_daemons.fetch_sub(1) == 1) futex_wake(&g_running_daemons, 1, Scope::kProcess);
      stay_for_ever();
    }
  }
}

}  // namespace

void enter_daemon_mode() noexcept {
  g_running_daemons.fetch_add(1);
  t_daemon = true;
}

void leave_daemon_mode() noexcept {
  begin_blocked();
  t_daemon = false;
}

// The thread that forked is the child's main thread, which no process ends without.
void forget_daemons_left_behind() noexcept {
  t_daemon = false;
  g_running_daemons.store(0);
}

void park_daemons_for_ever(Timeout grace) noexcept {
  if (t_daemon) {  // It has called exit(), and goes on to destroy the statics.
    t_daemon = false;
    g_running_daemons.fetch_sub(1);
  }
  g_exiting.store(true);
  if (g_running_daemons.load() == 0) return;
  const Deadline deadline(grace);
  for (;;) {
    const std::uint32_t running = g_running_daemons.load();
    if (running == 0) return;
    if (!futex_wait(&g_running_daemons, running, deadline.ns(), Scope::kProcess)) return;
  }
}

BlockedElsewhere::BlockedElsewhere() noexcept { begin_blocked(); }
BlockedElsewhere::~BlockedElsewhere() { end_blocked(nullptr, Scope::kProcess); }

// ---- parking ----

bool park(const void* word, std::uint32_t expected, Deadline deadline, Scope scope) noexcept {
  begin_blocked();
  const bool in_time = futex_wait(word, expected, deadline.ns(), scope);
  end_blocked(word, scope);
  return in_time;
}

void unpark(const void* word, int count, Scope scope) noexcept { futex_wake(word, count, scope); }

// ---- stop tokens ----

StopWaker::StopWaker(const Until& until, const void* word) : word_(word), owned_by_daemon_(t_daemon) {
  if (until.stop != nullptr && until.stop->stop_possible()) callback_.emplace(*until.stop, Ring{this});
}

StopWaker::~StopWaker() {
  left_.store(true);
  callback_.reset();  // Waits for a ring() that runs in another thread.
}

// Runs in the thread that requests the stop. The sleeper may have looked for a stop just before it was requested and
// not be asleep yet, so one wake-up is not enough: ring until it has left. It leaves at the next look, which is at
// most one system call away.
void StopWaker::ring() noexcept {
  if (thread_token() == owner_) return;  // The token was stopped already; the owner looks before it parks.
  for (int round = 0; !left_.load(); ++round) {
    if (owned_by_daemon_ && g_exiting.load()) return;  // It stays for ever.
    unpark(word_, std::numeric_limits<int>::max());
    back_off(round);
  }
}

// ---- waiters ----

void Waiter::notify() noexcept {
  Atomic<std::uint32_t>* const word = &state_;
  if (state_.exchange(kNotified) == kParked) unpark(word, 1);
}

bool Waiter::wait(SpinHistory& history, const Until& until) {
  Spin spin(history, until.deadline);
  do {
    if (state_.load() == kNotified) {
      spin.paid_off();
      return true;
    }
    if (until.stopped()) return false;
  } while (spin.step());

  std::uint32_t state = kWaiting;
  if (!state_.compare_exchange_strong(state, kParked)) return true;  // Notified.
  StopWaker waker(until, &state_);
  for (;;) {
    if (state_.load() == kNotified) return true;
    if (until.stopped()) return false;
    if (!park(&state_, kParked, until.deadline)) return state_.load() == kNotified;
  }
}

void Waiter::wait_notified() noexcept {
  std::uint32_t state = kWaiting;
  state_.compare_exchange_strong(state, kParked);
  while (state_.load() != kNotified) park(&state_, kParked, Deadline());
}

}  // namespace skein::inline v0::internal
