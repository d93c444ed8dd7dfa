#include <skein/asyncio/errors.h>
#include <skein/asyncio/locks.h>

#include <cstdint>
#include <exception>
#include <memory>
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
  line_.bind();  // First, because it may throw.
  lock_.release();
  Lock& lock = lock_;
  const bool own = owned_ != nullptr;
  std::exception_ptr error;
  internal::Waiting waiting;
  try {
    co_await internal::WaitIn(line_, waiting);
  } catch (...) {
    error = std::current_exception();
  }
  if (waiting.alone() && own && error != nullptr) std::rethrow_exception(error);  // There is no lock either.
  waiting.leave();
  for (bool tried = false; !tried;) {
    auto acquire = lock.acquire();
    try {
      co_await acquire;
      tried = true;
    } catch (const CancelledError&) {  // Not without the lock.
      error = std::current_exception();
    } catch (...) {
      error = std::current_exception();
      tried = true;
    }
    if (acquire.alone()) std::rethrow_exception(error);
  }
  if (error != nullptr) {
    if (!waiting.alone()) wake(1);  // It may have been notified; then somebody else is.
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

struct Barrier::State {
  enum class Phase : std::uint8_t { kFilling, kDraining, kResetting, kBroken };

  explicit State(std::int64_t count_of_parties) : parties(count_of_parties) {}
  static Coroutine<std::int64_t> wait(std::shared_ptr<State> self);
  static Coroutine<> reset(std::shared_ptr<State> self);
  static Coroutine<> abort(std::shared_ptr<State> self);
  void leave();
  [[nodiscard]] std::int64_t waiting() const noexcept { return phase == Phase::kFilling ? count : 0; }

  Condition condition;
  const std::int64_t parties;
  std::int64_t count = 0;
  Phase phase = Phase::kFilling;
};

void Barrier::State::leave() {
  if (--count > 0) return;
  if (phase == Phase::kResetting || phase == Phase::kDraining) phase = Phase::kFilling;
  condition.notify_all();
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): the frame keeps it.
Coroutine<std::int64_t> Barrier::State::wait(std::shared_ptr<State> self) {
  State& state = *self;
  const auto held = co_await state.condition.scoped();
  co_await state.condition.wait_for(
      [&state] { return state.phase != Phase::kDraining && state.phase != Phase::kResetting; });
  if (state.phase == Phase::kBroken) throw BrokenBarrierError("Barrier aborted");
  struct Leave {
    ~Leave() {
      try {
        state.leave();
      } catch (...) {  // Without the lock: the loop is closed.
      }
    }
    State& state;
  } const leave{state};
  const std::int64_t index = state.count++;
  if (index + 1 == state.parties) {
    state.phase = Phase::kDraining;
    state.condition.notify_all();
  } else {
    co_await state.condition.wait_for([&state] { return state.phase != Phase::kFilling; });
    if (state.phase == Phase::kBroken || state.phase == Phase::kResetting) {
      throw BrokenBarrierError("Abort or reset of barrier");
    }
  }
  co_return index;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param)
Coroutine<> Barrier::State::reset(std::shared_ptr<State> self) {
  const auto held = co_await self->condition.scoped();
  self->phase = self->count > 0 ? Phase::kResetting : Phase::kFilling;
  self->condition.notify_all();
}

// NOLINTNEXTLINE(performance-unnecessary-value-param)
Coroutine<> Barrier::State::abort(std::shared_ptr<State> self) {
  const auto held = co_await self->condition.scoped();
  self->phase = Phase::kBroken;
  self->condition.notify_all();
}

Barrier::Barrier(std::int64_t parties) {
  if (parties < 1) throw ValueError("parties must be > 0");
  state_ = std::make_shared<State>(parties);
}

Coroutine<std::int64_t> Barrier::wait() { return State::wait(state_); }
Coroutine<> Barrier::reset() { return State::reset(state_); }
Coroutine<> Barrier::abort() { return State::abort(state_); }

std::int64_t Barrier::parties() const noexcept { return state_->parties; }
std::int64_t Barrier::n_waiting() const noexcept { return state_->waiting(); }
bool Barrier::broken() const noexcept { return state_->phase == State::Phase::kBroken; }

std::ostream& operator<<(std::ostream& stream, const Barrier& barrier) {
  static constexpr const char* kNames[] = {"filling", "draining", "resetting", "broken"};
  stream << "<Barrier [" << kNames[static_cast<int>(barrier.state_->phase)];
  if (!barrier.broken()) stream << ", waiters:" << barrier.n_waiting() << "/" << barrier.parties();
  return stream << "]>";
}

}  // namespace skein::inline v0::asyncio
