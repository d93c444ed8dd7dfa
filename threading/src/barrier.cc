#include <skein/threading/barrier.h>
#include <skein/threading/internal/guard.h>

#include <utility>

namespace skein::inline v0::threading {

using internal::Guard;

BrokenBarrierError::~BrokenBarrierError() = default;

Barrier::Barrier(std::int64_t parties, Callable action, Timeout timeout)
    : parties_(parties), action_(std::move(action)), timeout_(timeout) {
  if (parties < 1) throw ValueError("parties must be > 0");
}

// The states are CPython's: filling until all have come, then draining until the last has gone; a reset with
// threads inside drains likewise; broken until reset.
std::int64_t Barrier::wait_until(Timeout timeout, const std::stop_token* stop) {
  if (timeout.unlimited()) timeout = timeout_;
  Guard guard(lock_);
  while (state_ == State::kDraining || state_ == State::kResetting) changed_.wait();
  if (state_ == State::kBroken) throw BrokenBarrierError();

  struct Visit {
    explicit Visit(Barrier& visited) : barrier(visited) {}
    ~Visit() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
      if (--barrier.count_ == 0 && (barrier.state_ == State::kDraining || barrier.state_ == State::kResetting)) {
        barrier.state_ = State::kFilling;
        barrier.changed_.notify_all();
      }
    }
    Barrier& barrier;
  };
  const std::int64_t index = count_++;
  Visit visit(*this);

  if (index + 1 == parties_) {
    if (action_) {
      try {
        action_();
      } catch (...) {  // Also a forced unwind: the others must not wait for a thread that is gone.
        break_all();
        throw;
      }
    }
    state_ = State::kDraining;
    changed_.notify_all();
    return index;
  }

  const internal::Until until{.deadline = Deadline(timeout), .stop = stop};
  while (state_ == State::kFilling) {
    if (until.deadline.passed() || until.stopped()) {
      break_all();
      break;
    }
    changed_.wait_until(until);
  }
  if (state_ != State::kDraining) throw BrokenBarrierError();
  return index;
}

void Barrier::reset() {
  Guard guard(lock_);
  if (count_ == 0) {
    state_ = State::kFilling;
  } else if (state_ == State::kFilling || state_ == State::kBroken) {
    state_ = State::kResetting;  // Until the last of them has gone.
  }
  changed_.notify_all();
}

void Barrier::abort() {
  Guard guard(lock_);
  break_all();
}

void Barrier::break_all() {
  state_ = State::kBroken;
  changed_.notify_all();
}

std::int64_t Barrier::n_waiting() const {
  Guard guard(lock_);
  return state_ == State::kFilling ? count_ : 0;
}

bool Barrier::broken() const {
  Guard guard(lock_);
  return state_ == State::kBroken;
}

}  // namespace skein::inline v0::threading
