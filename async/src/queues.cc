#include <skein/asyncio/errors.h>
#include <skein/asyncio/internal/queue_core.h>

#include <exception>

namespace skein::inline v0::internal {

namespace {

// Waits in the line until `ready()`. Who was woken and cannot use it wakes the next one. `other` is the queue's other
// line, which belongs to the same loop.
template <class Ready>
asyncio::Coroutine<> wait_until(WaitLine& line, WaitLine& other, Ready ready, const bool& shutdown) {
  while (!ready()) {
    if (shutdown) throw asyncio::QueueShutDown();
    other.bind();
    Waiting waiting;
    std::exception_ptr error;
    try {
      co_await WaitIn(line, waiting);
    } catch (...) {
      error = std::current_exception();
    }
    if (error == nullptr) continue;
    waiting.leave();
    if (waiting.woken() && ready()) line.pop_and_wake_next();  // Not woken: the queue may be gone.
    std::rethrow_exception(error);
  }
}

}  // namespace

asyncio::Coroutine<> AsyncQueueCore::wait_for_room() {
  return wait_until(putters_, getters_, [this] { return !full(); }, shutdown_);
}
asyncio::Coroutine<> AsyncQueueCore::wait_for_item() {
  return wait_until(getters_, putters_, [this] { return !empty(); }, shutdown_);
}

void AsyncQueueCore::pass_room_on() {
  if (!full()) putters_.pop_and_wake_next();
}
void AsyncQueueCore::pass_item_on() {
  if (!empty()) getters_.pop_and_wake_next();
}

void AsyncQueueCore::require_room() const {
  if (shutdown_) throw asyncio::QueueShutDown();
  if (full()) throw asyncio::QueueFull();
}
void AsyncQueueCore::require_item() const {
  if (!empty()) return;
  if (shutdown_) throw asyncio::QueueShutDown();
  throw asyncio::QueueEmpty();
}

void AsyncQueueCore::count_put() {
  ++size_;
  ++unfinished_;
  if (finished_.has_value()) finished_->clear();
  getters_.pop_and_wake_next();
}
void AsyncQueueCore::count_taken() {
  --size_;
  putters_.pop_and_wake_next();
}

void AsyncQueueCore::task_done() {
  if (unfinished_ <= 0) throw ValueError("task_done() called too many times");
  if (--unfinished_ == 0 && finished_.has_value()) finished_->set();
}

asyncio::Coroutine<> AsyncQueueCore::join() {
  if (unfinished_ == 0) co_return;
  if (!finished_.has_value()) finished_.emplace();
  co_await finished_->wait();
}

void AsyncQueueCore::count_dropped() {
  unfinished_ = unfinished_ > size_ ? unfinished_ - size_ : 0;
  size_ = 0;
  if (unfinished_ == 0 && finished_.has_value()) finished_->set();
}

void AsyncQueueCore::wake_everybody() {
  getters_.pop_and_wake_all();
  putters_.pop_and_wake_all();
}

std::string AsyncQueueCore::describe(const char* type) const {
  std::string text = "<" + std::string(type) + " maxsize=" + std::to_string(maxsize_);
  if (!getters_.empty()) text += " _getters[" + std::to_string(getters_.size()) + "]";
  if (!putters_.empty()) text += " _putters[" + std::to_string(putters_.size()) + "]";
  if (unfinished_ > 0) text += " tasks=" + std::to_string(unfinished_);
  if (shutdown_) text += " shutdown";
  return text + ">";
}

}  // namespace skein::inline v0::internal
