// skein/asyncio/internal/waiting.h - a task in the line of what it waits for.
#ifndef SKEIN_ASYNCIO_INTERNAL_WAITING_H_
#define SKEIN_ASYNCIO_INTERNAL_WAITING_H_

#include <skein/asyncio/internal/loop_core.h>
#include <skein/asyncio/internal/task_core.h>
#include <skein/core/export.h>

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace skein::inline v0::internal {

class WaitLine;

// One wait of one task. Lies in the coroutine's frame, so that waiting allocates nothing; does what the future does
// that CPython's primitives make for each wait: it is woken or cancelled, once, and the task's step comes a round
// later.
class SKEIN_API Waiting final : public Suspension {
 public:
  Waiting() noexcept = default;
  Waiting(Waiting&& other) noexcept;  // Before it begins.
  Waiting& operator=(Waiting&&) = delete;
  ~Waiting();

  // Suspends the running task at the end of `line`.
  // Errors: RuntimeError if the line belongs to another loop.
  void begin(FrameBase& frame, WaitLine& line);
  // Ends the wait well. Pending ones only.
  void wake();
  // The task is to be cancelled.
  bool cancel(CancelMessage message) override;

  [[nodiscard]] bool begun() const noexcept { return task_ != nullptr; }
  [[nodiscard]] bool pending() const noexcept { return state_ == State::kPending; }
  [[nodiscard]] bool woken() const noexcept { return state_ == State::kWoken; }
  [[nodiscard]] bool cancelled() const noexcept { return state_ == State::kCancelled; }
  // Out of the line, if it is in it.
  void leave() noexcept;
  // The line went while it was in it.
  [[nodiscard]] bool alone() const noexcept { return alone_; }
  // The task runs again. Errors: CancelledError, if it was cancelled while it waited or after it was woken.
  void resumed();

 private:
  friend class WaitLine;
  enum class State : std::uint8_t { kPending, kWoken, kCancelled };

  LoopTask* task_ = nullptr;
  WaitLine* line_ = nullptr;  // While it is in it.
  Waiting* before_ = nullptr;
  Waiting* behind_ = nullptr;
  std::unique_ptr<const std::string> message_;  // What it was cancelled with.
  State state_ = State::kPending;
  bool alone_ = false;
};

// Those who wait for one thing, in the order of their coming. Belongs to the loop in which somebody first waited.
class SKEIN_API WaitLine {
 public:
  // `owner`: what the error says that belongs to another loop.
  explicit WaitLine(const char* owner) noexcept : owner_(owner) {}
  WaitLine(const WaitLine&) = delete;
  WaitLine& operator=(const WaitLine&) = delete;
  // Nobody is woken: they wait for ever, or until they are cancelled.
  ~WaitLine();

  // Makes it the running loop's, as one who begins to wait does. Errors: RuntimeError if it is another one's.
  void bind();
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Those that have not been cancelled, woken ones too.
  [[nodiscard]] bool anybody() const noexcept { return size_ > cancelled_; }
  [[nodiscard]] Waiting* first() const noexcept { return first_; }
  // Wakes the first one that is neither woken nor cancelled. False if there is none.
  bool wake_next();
  // The same, and takes it out at once, with those before it.
  void pop_and_wake_next();
  void wake_all();
  void pop_and_wake_all();

 private:
  friend class Waiting;

  const char* const owner_;
  Waiting* first_ = nullptr;
  Waiting* last_ = nullptr;
  Waiting* next_ = nullptr;  // None before it is pending.
  std::size_t size_ = 0;
  std::size_t cancelled_ = 0;
  LoopAnchor* anchor_ = nullptr;  // Of the loop.
  std::uint32_t generation_ = 0;
};

// Waits in a line until it is woken: `co_await WaitIn(line, waiting)`, where `waiting` outlives that.
class WaitIn {
 public:
  using skein_awaiter = void;
  WaitIn(WaitLine& line, Waiting& waiting) noexcept : line_(line), waiting_(waiting) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> frame) {
    waiting_.begin(frame.promise(), line_);
  }
  void await_resume() { waiting_.resumed(); }

 private:
  WaitLine& line_;
  Waiting& waiting_;
};

// Is there already.
struct NothingToAwait {
  using skein_awaiter = void;
  [[nodiscard]] bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<> /*frame*/) const noexcept {}
  void await_resume() const noexcept {}
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_WAITING_H_
