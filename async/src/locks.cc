#include <skein/asyncio/errors.h>
#include <skein/asyncio/locks.h>

#include <ostream>
#include <string>

namespace skein::inline v0::asyncio {

namespace {

// What Python's repr says between its brackets.
std::ostream& describe(std::ostream& stream, const char* type, const std::string& state,
                       const internal::WaitLine& line) {
  stream << "<" << type << " [" << state;
  if (!line.empty()) stream << ", waiters:" << line.size();
  return stream << "]>";
}

}  // namespace

// ---- Lock ----

void Lock::release() {
  if (!locked_) throw RuntimeError("Lock is not acquired.");
  wake_first();  // First, because it may throw.
  locked_ = false;
}

// Only the first one: if it is cancelled or woken already, its turn comes, and it takes the lock or hands it on.
void Lock::wake_first() {
  if (internal::Waiting* const first = line_.first(); first != nullptr && first->pending()) first->wake();
}

void Lock::end_wait(internal::Waiting& waiting) {
  waiting.leave();
  try {
    waiting.resumed();
  } catch (const CancelledError&) {
    if (!locked_) wake_first();
    throw;
  }
  locked_ = true;
}

std::ostream& operator<<(std::ostream& stream, const Lock& lock) {
  return describe(stream, "Lock", lock.locked_ ? "locked" : "unlocked", lock.line_);
}

// ---- Event ----

void Event::set() {
  if (set_) return;
  set_ = true;
  line_.wake_all();
}

std::ostream& operator<<(std::ostream& stream, const Event& event) {
  return describe(stream, "Event", event.set_ ? "set" : "unset", event.line_);
}

// ---- Condition ----

Coroutine<bool> Condition::wait() {
  if (!locked()) throw RuntimeError("cannot wait on un-acquired lock");
  lock_.release();
  std::exception_ptr error;
  internal::Waiting waiting;
  try {
    co_await internal::WaitIn(line_, waiting);
  } catch (...) {
    error = std::current_exception();
  }
  waiting.leave();
  for (bool tried = false; !tried;) {
    try {
      co_await lock_.acquire();
      tried = true;
    } catch (const CancelledError&) {  // Not without the lock.
      error = std::current_exception();
    } catch (...) {
      error = std::current_exception();
      tried = true;
    }
  }
  if (error != nullptr) {
    wake(1);  // It may have been notified; then somebody else is.
    std::rethrow_exception(error);
  }
  co_return true;
}

void Condition::notify(std::int64_t n) {
  if (!locked()) throw RuntimeError("cannot notify on un-acquired lock");
  wake(n);
}

void Condition::wake(std::int64_t n) {
  while (n-- > 0 && line_.wake_next()) {
  }
}

std::ostream& operator<<(std::ostream& stream, const Condition& condition) {
  return describe(stream, "Condition", condition.locked() ? "locked" : "unlocked", condition.line_);
}

// ---- Semaphore ----

Semaphore::Semaphore(std::int64_t value, std::int64_t bound)
    : line_(bound == kNoBound ? "Semaphore" : "BoundedSemaphore"), value_(value), bound_(bound) {
  if (value < 0) throw ValueError("Semaphore initial value must be >= 0");
}

void Semaphore::release() {
  if (value_ >= bound_) {
    if (bound_ != kNoBound) throw ValueError("BoundedSemaphore released too many times");
    throw OverflowError("the semaphore's counter is at its maximum");
  }
  if (!line_.wake_next()) ++value_;
}

bool Semaphore::wake_next() {
  if (!line_.wake_next()) return false;
  --value_;
  return true;
}

void Semaphore::end_wait(internal::Waiting& waiting) {
  waiting.leave();
  // The next ones may have had to wait only because this one came before them.
  struct WakeOthers {
    ~WakeOthers() {
      try {
        while (self.value_ > 0 && self.wake_next()) {
        }
      } catch (...) {  // The loop is closed: nobody runs any more.
      }
    }
    Semaphore& self;
  } const wake_others{*this};
  try {
    waiting.resumed();
  } catch (const CancelledError&) {
    if (waiting.woken()) ++value_;  // It has a permit.
    throw;
  }
}

std::ostream& operator<<(std::ostream& stream, const Semaphore& semaphore) {
  return describe(stream, semaphore.bound_ == Semaphore::kNoBound ? "Semaphore" : "BoundedSemaphore",
                  semaphore.locked() ? "locked" : "unlocked, value:" + std::to_string(semaphore.value_),
                  semaphore.line_);
}

// ---- Barrier ----

Barrier::Barrier(std::int64_t parties) : parties_(parties) {
  if (parties < 1) throw ValueError("parties must be > 0");
}

void Barrier::leave() {
  if (--count_ > 0) return;
  if (state_ == State::kResetting || state_ == State::kDraining) state_ = State::kFilling;
  condition_.notify_all();
}

Coroutine<std::int64_t> Barrier::wait() {
  const auto held = co_await condition_.scoped();
  co_await condition_.wait_for([this] { return state_ != State::kDraining && state_ != State::kResetting; });
  if (state_ == State::kBroken) throw BrokenBarrierError("Barrier aborted");
  struct Leave {
    ~Leave() {
      try {
        self.leave();
      } catch (...) {  // Without the lock: the loop is closed.
      }
    }
    Barrier& self;
  } const leave{*this};
  const std::int64_t index = count_++;
  if (index + 1 == parties_) {
    state_ = State::kDraining;
    condition_.notify_all();
  } else {
    co_await condition_.wait_for([this] { return state_ != State::kFilling; });
    if (state_ == State::kBroken || state_ == State::kResetting) {
      throw BrokenBarrierError("Abort or reset of barrier");
    }
  }
  co_return index;
}

Coroutine<> Barrier::reset() {
  const auto held = co_await condition_.scoped();
  state_ = count_ > 0 ? State::kResetting : State::kFilling;
  condition_.notify_all();
}

Coroutine<> Barrier::abort() {
  const auto held = co_await condition_.scoped();
  state_ = State::kBroken;
  condition_.notify_all();
}

std::ostream& operator<<(std::ostream& stream, const Barrier& barrier) {
  static constexpr const char* kNames[] = {"filling", "draining", "resetting", "broken"};
  stream << "<Barrier [" << kNames[static_cast<int>(barrier.state_)];
  if (!barrier.broken()) stream << ", waiters:" << barrier.n_waiting() << "/" << barrier.parties_;
  return stream << "]>";
}

}  // namespace skein::inline v0::asyncio
