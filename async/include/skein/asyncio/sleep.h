// skein/asyncio/sleep.h - waiting for time to pass. Python: asyncio.sleep.
#ifndef SKEIN_ASYNCIO_SLEEP_H_
#define SKEIN_ASYNCIO_SLEEP_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/internal/loop_core.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>

#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {

struct SleepTimer;

// A sleep that takes time.
class SKEIN_API SleepWait final : public Suspension {
 public:
  SleepWait() = default;
  SleepWait(const SleepWait&) = delete;
  SleepWait& operator=(const SleepWait&) = delete;
  ~SleepWait() {
    if (timer_ != nullptr) give_up();
  }
  void begin(FrameBase& frame, Timeout delay);
  bool cancel(CancelMessage message) override;
  void end() {
    if (cancelled_) [[unlikely]]
      throw_cancelled();
  }

 private:
  friend struct SleepTimer;
  void give_up() noexcept;
  [[noreturn]] void throw_cancelled();

  LoopTask* task_ = nullptr;
  SleepTimer* timer_ = nullptr;                 // While it runs.
  std::unique_ptr<const std::string> message_;  // What it was cancelled with.
  bool cancelled_ = false;
};

// The waiting itself. Moves until it is awaited, and never after that.
class SleepBase {
 public:
  explicit SleepBase(Timeout delay) noexcept : delay_(delay) {}
  SleepBase(SleepBase&& other) noexcept : delay_(other.delay_) {}
  SleepBase& operator=(SleepBase&&) = delete;
  ~SleepBase() = default;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> frame) {
    if (delay_.span().count() <= 0) {
      LoopCore& loop = LoopCore::running();
      LoopTask& task = *t_running.task;
      task.suspend(frame.promise(), nullptr);
      loop.push(task.node());
    } else {
      wait_.emplace().begin(frame.promise(), delay_);
    }
  }

 protected:
  void end() {
    if (wait_.has_value()) wait_->end();
    t_running.task->resumed();
  }

 private:
  const Timeout delay_;
  std::optional<SleepWait> wait_;
};

template <class T>
class Sleep : public SleepBase {
 public:
  using skein_awaiter = void;
  Sleep(Timeout delay, T result) : SleepBase(delay), result_(std::move(result)) {}
  T await_resume() {
    end();
    return std::move(result_);
  }

 private:
  T result_;
};
template <>
class Sleep<void> : public SleepBase {
 public:
  using skein_awaiter = void;
  using SleepBase::SleepBase;
  void await_resume() { end(); }
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: asyncio.sleep(delay, result=None). To be awaited: the task goes on after `delay`, with the result; at the end
// of the queue if the delay is zero or less; never if it is None or too long to count. Cancel: at once; the result
// goes. Errors: ValueError if it is NaN (CPython 3.13 does not wait then).
[[nodiscard]] inline internal::Sleep<void> sleep(skein::Timeout delay) noexcept { return internal::Sleep<void>(delay); }
template <class T>
[[nodiscard]] internal::Sleep<std::decay_t<T>> sleep(skein::Timeout delay, T&& result) {
  return {delay, std::forward<T>(result)};
}

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_SLEEP_H_
