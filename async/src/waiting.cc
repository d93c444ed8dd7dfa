#include <skein/asyncio/errors.h>
#include <skein/asyncio/internal/waiting.h>
#include <skein/core/errors.h>

#include <utility>

namespace skein::inline v0::internal {

// ---- one who waits ----

Waiting::Waiting(Waiting&& /*other*/) noexcept {}
Waiting::~Waiting() { leave(); }

void Waiting::begin(FrameBase& frame, WaitLine& line) {
  line.bind();
  line_ = &line;
  before_ = line.last_;
  (line.last_ != nullptr ? line.last_->behind_ : line.first_) = this;
  line.last_ = this;
  if (line.next_ == nullptr) line.next_ = this;
  ++line.size_;
  task_ = t_running.task;
  task_->suspend(frame, this);
}

void Waiting::wake() {
  task_->loop()->push(task_->node());
  state_ = State::kWoken;
}

bool Waiting::cancel(CancelMessage message) {
  if (state_ != State::kPending) return false;
  if (message != nullptr) message_ = std::make_unique<const std::string>(*message);
  task_->loop()->push(task_->node());
  state_ = State::kCancelled;
  if (line_ != nullptr) ++line_->cancelled_;
  return true;
}

void Waiting::leave() noexcept {
  if (line_ == nullptr) return;
  WaitLine& line = *std::exchange(line_, nullptr);
  (before_ != nullptr ? before_->behind_ : line.first_) = behind_;
  (behind_ != nullptr ? behind_->before_ : line.last_) = before_;
  if (line.next_ == this) line.next_ = behind_;
  before_ = behind_ = nullptr;
  --line.size_;
  if (state_ == State::kCancelled) --line.cancelled_;
}

void Waiting::resumed() {
  LoopTask& task = *t_running.task;
  if (state_ != State::kCancelled) {
    task.resumed();
    return;
  }
  task.forget_due();
  throw message_ != nullptr ? asyncio::CancelledError(*message_) : asyncio::CancelledError();
}

// ---- the line ----

WaitLine::~WaitLine() {
  while (first_ != nullptr) {
    first_->alone_ = true;
    first_->leave();
  }
}

void WaitLine::bind() {
  LoopAnchor& anchor = LoopCore::running().anchor();
  if (anchor_ == nullptr) {
    anchor_ = &anchor;
    generation_ = anchor.generation;
  } else if (anchor_ != &anchor || generation_ != anchor.generation) {
    throw RuntimeError(std::string(owner_) + " is bound to a different event loop");
  }
}

bool WaitLine::wake_next() {
  for (; next_ != nullptr; next_ = next_->behind_) {
    if (!next_->pending()) continue;
    next_->wake();
    return true;
  }
  return false;
}

void WaitLine::pop_and_wake_next() {
  while (Waiting* const waiting = first_) {
    if (waiting->pending()) {
      waiting->wake();
      waiting->leave();
      return;
    }
    waiting->leave();
  }
}

void WaitLine::wake_all() {
  while (wake_next()) {
  }
}

void WaitLine::pop_and_wake_all() {
  while (first_ != nullptr) pop_and_wake_next();
}

}  // namespace skein::inline v0::internal
