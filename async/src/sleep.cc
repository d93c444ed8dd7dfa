#include <skein/asyncio/errors.h>
#include <skein/asyncio/sleep.h>
#include <skein/core/timeout.h>

#include <utility>

namespace skein::inline v0::internal {

// In the heap; outlives the sleep that was cancelled.
struct SleepTimer final : InBlock, Timer {
  SleepTimer(SleepWait& owner, std::int64_t when_ns) noexcept : Timer(kKind, when_ns), sleep(&owner) {}

  // As in CPython, where the timer's callback sets a future and that wakes the task: one round later.
  static void fire(ReadyNode* node) {
    auto* const self = static_cast<SleepTimer*>(node);
    if (self->sleep != nullptr) {
      LoopTask& task = *self->sleep->task_;
      self->sleep->timer_ = nullptr;
      task.loop()->push(task.node());
    }
    delete self;
  }
  static void drop(ReadyNode* node) noexcept {
    auto* const self = static_cast<SleepTimer*>(node);
    if (self->sleep != nullptr) self->sleep->timer_ = nullptr;
    delete self;
  }
  static constexpr ReadyKind kKind{&SleepTimer::fire, &SleepTimer::drop};

  SleepWait* sleep;  // nullptr: it has given up.
};

void SleepWait::begin(FrameBase& frame, Timeout delay) {
  LoopTask& task = *t_running.task;
  LoopCore& loop = LoopCore::running();
  auto* const timer = new SleepTimer(*this, loop.due_after(delay));
  try {
    loop.schedule(*timer);
  } catch (...) {
    delete timer;
    throw;
  }
  timer_ = timer;
  task_ = &task;
  task.suspend(frame, this);
}

// The timer goes with the heap's next look at it.
void SleepWait::give_up() noexcept {
  SleepTimer* const timer = std::exchange(timer_, nullptr);
  timer->sleep = nullptr;
  if (!timer->scheduled) return;  // Fired, and queued.
  timer->cancelled = true;
  if (LoopCore* const loop = task_->loop(); loop != nullptr) loop->timer_cancelled();
}

bool SleepWait::cancel(CancelMessage message) {
  if (timer_ == nullptr) return false;
  give_up();
  cancelled_ = true;
  if (message != nullptr) message_ = std::make_unique<const std::string>(*message);
  task_->loop()->push(task_->node());
  return true;
}

void SleepWait::throw_cancelled() {
  task_->forget_due();
  throw message_ != nullptr ? asyncio::CancelledError(*message_) : asyncio::CancelledError();
}

}  // namespace skein::inline v0::internal
