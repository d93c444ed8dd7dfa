// skein/asyncio/internal/queue_core.h - a queue of asyncio without its items.
#ifndef SKEIN_ASYNCIO_INTERNAL_QUEUE_CORE_H_
#define SKEIN_ASYNCIO_INTERNAL_QUEUE_CORE_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/internal/waiting.h>
#include <skein/asyncio/locks.h>
#include <skein/core/export.h>

#include <coroutine>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace skein::inline v0::internal {

// Counts items and tasks, and knows who waits.
class SKEIN_API AsyncQueueCore {
 public:
  explicit AsyncQueueCore(std::int64_t maxsize) noexcept : maxsize_(maxsize), getters_("Queue"), putters_("Queue") {}
  AsyncQueueCore(const AsyncQueueCore&) = delete;
  AsyncQueueCore& operator=(const AsyncQueueCore&) = delete;

  [[nodiscard]] std::int64_t qsize() const noexcept { return size_; }
  [[nodiscard]] std::int64_t maxsize() const noexcept { return maxsize_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] bool full() const noexcept { return maxsize_ > 0 && size_ >= maxsize_; }
  [[nodiscard]] bool is_shutdown() const noexcept { return shutdown_; }

  // Return when there is room, or an item; nothing else runs between that and the caller's next step.
  // Errors: QueueShutDown, CancelledError.
  [[nodiscard]] asyncio::Coroutine<> wait_for_room();
  [[nodiscard]] asyncio::Coroutine<> wait_for_item();
  // Who has waited and then fails lets the next one try.
  void pass_room_on();
  void pass_item_on();

  // Before an item is put or taken. Errors: QueueShutDown, QueueFull, QueueEmpty.
  void require_room() const;
  void require_item() const;
  // After that.
  void count_put();
  void count_taken();

  void task_done();
  [[nodiscard]] asyncio::Coroutine<> join();
  void shut_down() noexcept { shutdown_ = true; }
  // All items were dropped.
  void count_dropped();
  void wake_everybody();

  // `<Queue maxsize=3 _getters[1] tasks=2 shutdown>`, without the items.
  [[nodiscard]] std::string describe(const char* type) const;

 private:
  const std::int64_t maxsize_;
  std::int64_t size_ = 0;
  std::int64_t unfinished_ = 0;
  bool shutdown_ = false;
  WaitLine getters_;
  WaitLine putters_;
  std::optional<asyncio::Event> finished_;  // When somebody joins.
};

// Runs a coroutine first where it must wait, and none where it need not. `Q` is the queue, `Step` what is done then:
// step.ready() says whether it can be done at once, step.wait() gives the coroutine, step.run() does it, and
// step.failed() is called when that throws after a wait.
template <class Step>
class AfterWaiting {
 public:
  using skein_awaiter = void;
  explicit AfterWaiting(Step step) : step_(std::move(step)) {}
  [[nodiscard]] bool await_ready() const { return step_.ready(); }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) {
    wait_.emplace(step_.wait().operator co_await());
    return wait_->await_suspend(frame);
  }
  decltype(auto) await_resume() {
    if (!wait_.has_value()) return step_.run();
    wait_->await_resume();
    wait_.reset();
    try {
      return step_.run();
    } catch (...) {
      step_.failed();
      throw;
    }
  }

 private:
  Step step_;
  std::optional<CoroutineAwaiter<void>> wait_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_QUEUE_CORE_H_
