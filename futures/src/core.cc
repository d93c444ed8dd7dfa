#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/spin.h>
#include <skein/futures/errors.h>
#include <skein/futures/internal/core.h>
#include <skein/futures/internal/report.h>
#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <array>
#include <cstdio>
#include <limits>

#include "home.h"

namespace skein::inline v0::internal {
namespace {

// The locks of the listeners' lists. Whoever holds one takes no other and runs no user code.
struct ListLocks {
  struct alignas(64) Padded {
    threading::Lock lock;
  };
  struct All {
    void acquire() {
      for (Padded& one : each) one.lock.acquire();
    }
    void release() {
      for (Padded& one : each) one.lock.release();
    }
    std::array<Padded, 64> each;
  };
  All lock;
};

ListLocks& list_locks() noexcept {
  static constinit ListLocks locks;
  return locks;
}
// Futures that have nothing to do with each other share a lock: in a forked child none may stay held.
[[maybe_unused]] const bool g_held_at_fork = (hold_lock_at_fork<list_locks>(), true);

threading::Lock& lock_of(const FutureCore& future) noexcept {
  auto& locks = list_locks().lock.each;
  const auto address = reinterpret_cast<std::uintptr_t>(&future);
  return locks[(address >> 6 ^ address >> 12) % locks.size()].lock;
}

// How waiting for results has gone lately in this thread. Trivially destructible: threads wait to their very end.
constinit thread_local SpinHistory t_result_spins;
constinit thread_local TaskHome* t_home = nullptr;

}  // namespace

void set_current_home(TaskHome* home) noexcept { t_home = home; }
TaskHome* current_home() noexcept { return t_home; }

// ---- transitions ----

bool FutureCore::cancel() {
  std::uint32_t state = state_.load();
  for (;;) {
    if (is_cancelled(state)) return true;
    if ((state & kPhase) != kPending || (state & kOwned) != 0) {
      if ((state & (kPhase | kClaimed)) == (kRunning | kClaimed)) request_stop();
      return false;
    }
    if (state_.compare_exchange_strong(state, (state & ~(kPhase | kSleepers)) | kCancelled)) break;
  }
  const CoreRef<FutureCore> held = CoreRef<FutureCore>::share(this);
  wake(state);
  if ((state & kListeners) != 0) tell(Listener::Kind::kCallback);
  return true;
}

bool FutureCore::set_running_or_notify_cancel() {
  std::uint32_t state = state_.load();
  for (;;) {
    if ((state & kPhase) == kCancelled) {
      if (notify_cancelled()) return false;
      state = state_.load();
    } else if ((state & kPhase) == kPending && (state & kOwned) == 0) {
      if (state_.compare_exchange_strong(state, (state & ~kPhase) | kRunning)) return true;
    } else {
      throw RuntimeError("Future in unexpected state");
    }
  }
}

bool FutureCore::notify_cancelled() noexcept {
  std::uint32_t state = state_.load();
  for (;;) {
    if ((state & kPhase) != kCancelled) return false;
    if (state_.compare_exchange_strong(state, (state & ~(kPhase | kListeners)) | kCancelledAndNotified)) break;
  }
  if ((state & kListeners) != 0) tell(Listener::Kind::kWaiter);
  return true;
}

bool FutureCore::claim() noexcept {
  std::uint32_t state = state_.load();
  for (;;) {
    if ((state & kPhase) == kCancelled) {
      notify_cancelled();
      return false;
    }
    if ((state & kPhase) != kPending) return false;
    if ((state & kOwned) != 0) {  // Somebody stores an outcome, and may fail at it: then the task is still to be run.
      yield_cpu();
      state = state_.load();
      continue;
    }
    if (state_.compare_exchange_strong(state, (state & ~kPhase) | kRunning | kOwned | kClaimed)) return true;
  }
}

void FutureCore::run_or_forget() {
  if (claim()) {
    run();
  } else {
    forget_unclaimed();
  }
}

void FutureCore::begin_set() {
  std::uint32_t state = state_.load();
  for (;;) {
    if (is_done(state) || (state & kClaimed) != 0) throw_invalid();
    if ((state & kOwned) != 0) {  // Another setter is at it; then the future is done, unless storing fails there.
      yield_cpu();
      state = state_.load();
      continue;
    }
    if (state_.compare_exchange_strong(state, state | kOwned)) return;
  }
}

void FutureCore::finish(bool failed) noexcept {
  std::uint32_t state = state_.load();
  const std::uint32_t outcome = failed ? kFinished | kFailed : std::uint32_t{kFinished};
  while (!state_.compare_exchange_strong(state, (state & ~(kPhase | kOwned | kSleepers | kListeners)) | outcome)) {
  }
  wake(state);
  if ((state & kListeners) != 0) {
    tell(Listener::Kind::kWaiter);
    tell(Listener::Kind::kCallback);
  }
}

void FutureCore::wake(std::uint32_t before) noexcept {
  if ((before & kSleepers) != 0) unpark(&state_, std::numeric_limits<int>::max());
}

// ---- waiting ----

bool FutureCore::wait_done(Timeout timeout, const std::stop_token* stop) {
  if (done()) return true;
  if (home != nullptr && home == t_home && timeout.unlimited() && stop == nullptr && home->run_in_place(*this)) {
    return true;
  }
  const Until until{.deadline = Deadline(timeout), .stop = stop};
  Spin spin(t_result_spins, until.deadline);
  do {
    if (done()) {
      spin.paid_off();
      return true;
    }
    if (until.stopped()) return false;
  } while (spin.step());
  const StopWaker waker(until, &state_);
  for (;;) {
    std::uint32_t state = state_.load();
    if (is_done(state)) return true;
    if (until.stopped()) return false;
    if ((state & kSleepers) == 0) {
      if (!state_.compare_exchange_strong(state, state | kSleepers)) continue;
      state |= kSleepers;
    }
    if (!park(&state_, state, until.deadline)) return done();
  }
}

bool FutureCore::wait_outcome(Timeout timeout, const std::stop_token* stop) {
  if (!wait_done(timeout, stop)) throw TimeoutError();
  if (cancelled()) throw futures::CancelledError();
  mark_read();
  return !failed();
}

// ---- listeners ----

bool FutureCore::listen(Listener& listener) {
  Guard guard(lock_of(*this));
  std::uint32_t state = state_.load();
  for (;;) {
    const bool too_late =
        listener.kind_ == Listener::Kind::kCallback ? is_done(state) : (state & kPhase) >= kCancelledAndNotified;
    if (too_late) return false;
    if ((state & kListeners) != 0 || state_.compare_exchange_strong(state, state | kListeners)) break;
  }
  // Whoever ends the future from now on has seen kListeners, and comes for the lock.
  if (listeners_ == nullptr) {
    listener.next_ = &listener;
  } else {
    listener.next_ = listeners_->next_;
    listeners_->next_ = &listener;
  }
  listeners_ = &listener;
  listener.linked_ = true;
  return true;
}

void FutureCore::unlisten(Listener& listener) noexcept {
  Guard guard(lock_of(*this));
  if (!listener.linked_) return;
  Listener* before = listeners_;
  while (before->next_ != &listener) before = before->next_;
  unlink_after(*before);
}

Listener* FutureCore::unlink_after(Listener& before) noexcept {
  Listener* const listener = before.next_;
  before.next_ = listener->next_;
  if (listeners_ == listener) listeners_ = &before == listener ? nullptr : &before;
  listener->linked_ = false;
  listener->next_ = nullptr;
  return listener;
}

void FutureCore::tell(Listener::Kind kind) noexcept {
  Listener* first = nullptr;
  Listener** last = &first;
  {
    Guard guard(lock_of(*this));
    Listener* before = listeners_;
    Listener* const end = listeners_;
    bool more = before != nullptr;
    while (more) {
      Listener* const listener = before->next_;
      more = listener != end;
      if (listener->kind_ != kind) {
        before = listener;
        continue;
      }
      unlink_after(*before);
      if (kind == Listener::Kind::kWaiter) {
        listener->tell(*this);
      } else {
        *last = listener;
        last = &listener->next_;
      }
      if (listeners_ == nullptr) break;
    }
  }
  while (first != nullptr) {
    Listener* const listener = first;
    first = listener->next_;
    listener->next_ = nullptr;
    listener->tell(*this);
  }
}

void report_callback_failure(const FutureCore& future) noexcept {
  report("exception calling callback for " + future.describe(), std::current_exception());
}

// ---- the rest ----

void FutureCore::run() {}
void FutureCore::forget_task() noexcept {}
void FutureCore::request_stop() noexcept {}

void FutureCore::destroy() noexcept {
  while (listeners_ != nullptr) unlink_after(*listeners_)->discard();
  const std::uint32_t state = state_.load();
  if ((state & (kPhase | kFailed | kRead)) == (kFinished | kFailed) && first_report_of(error_)) {
    report("exception was never retrieved from " + describe(), error_);
  }
  delete this;
}

const char* FutureCore::phase_name() const noexcept {
  static constexpr std::array kNames{"PENDING", "RUNNING", "CANCELLED", "CANCELLED_AND_NOTIFIED", "FINISHED"};
  return kNames[phase()];
}

std::string FutureCore::describe() const {
  static constexpr std::array kStates{"pending", "running", "cancelled", "cancelled", "finished"};
  const std::uint32_t state = state_.load();
  std::array<char, 32> address{};
  std::snprintf(address.data(), address.size(), "%p", static_cast<const void*>(this));
  std::string text = std::string("<Future at ") + address.data() + " state=" + kStates[state & kPhase];
  if ((state & kPhase) == kFinished) {
    text += (state & kFailed) != 0 ? " raised " + type_name(error_) : " returned " + readable(result_type());
  }
  return text + ">";
}

void FutureCore::throw_invalid() const {
  throw futures::InvalidStateError(std::string(phase_name()) + ": " + describe());
}

}  // namespace skein::inline v0::internal
