// skein/asyncio/internal/future_core.h - what a future of the loop is inside, without its type.
#ifndef SKEIN_ASYNCIO_INTERNAL_FUTURE_CORE_H_
#define SKEIN_ASYNCIO_INTERNAL_FUTURE_CORE_H_

#include <skein/asyncio/internal/ready.h>
#include <skein/core/export.h>
#include <skein/core/internal/block_cache.h>
#include <skein/core/internal/reference_count.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>

namespace skein::inline v0::internal {

class LoopCore;
class LoopTask;

// What cancel(msg) was given; nullptr: nothing.
using CancelMessage = const std::string*;

// What a task waits for.
class SKEIN_API Suspension {
 public:
  // The task is to be cancelled. True: it will be woken, and find the cancellation when it looks. False: too late, it
  // is being woken already.
  virtual bool cancel(CancelMessage message) = 0;

 protected:
  ~Suspension() = default;
};

// Names a loop for as long as somebody may ask, which may be longer than the loop lives. Used again, with another
// generation; never freed.
struct LoopAnchor {
  LoopCore* loop = nullptr;
  std::uint32_t generation = 0;
  LoopAnchor* next_free = nullptr;
};

// One allocation holds the result and this. Belongs to the loop's thread but for its references.
class SKEIN_API LoopFuture : public InBlock, public Suspension {
 public:
  enum class State : std::uint8_t { kPending, kCancelled, kFinished };

  LoopFuture(const LoopFuture&) = delete;
  LoopFuture& operator=(const LoopFuture&) = delete;

  // ---- references ----
  void share() noexcept { references_.add(); }
  void drop() noexcept {
    if (references_.drop()) destroy();
  }

  // ---- state ----
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] bool done() const noexcept { return state_ != State::kPending; }
  [[nodiscard]] bool cancelled() const noexcept { return state_ == State::kCancelled; }
  [[nodiscard]] bool failed() const noexcept { return error_ != nullptr; }
  // nullptr when the loop is gone.
  [[nodiscard]] LoopCore* loop() const noexcept { return anchor_->generation == generation_ ? anchor_->loop : nullptr; }

  // Python: Future.cancel. A task's is another.
  bool cancel(CancelMessage message) override;
  // The result is stored, or is nothing.
  void finish();
  void fail(std::exception_ptr error);
  // Errors: InvalidStateError if done.
  void require_pending() const;

  // Done: returns if there is a result. Marks a failure as read.
  // Errors: CancelledError, the exception; InvalidStateError ("Result is not set.") if pending.
  void check_result() {
    if (state_ != State::kFinished || error_ != nullptr) [[unlikely]]
      throw_outcome();
  }
  // Errors: CancelledError, InvalidStateError ("Exception is not set.").
  [[nodiscard]] std::exception_ptr exception();
  [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }
  void mark_read() noexcept { unread_ = false; }
  // For who goes through many futures at once, and leaves none marked. Gives what it was.
  bool set_mark(bool marked) noexcept {
    const bool before = marked_;
    marked_ = marked;
    return before;
  }

  // ---- who is told ----
  // `node` goes to the loop's queue when this is done, at once if it is.
  void when_done(ReadyNode& node) {
    if (!done()) [[likely]] {
      listeners_.push_back(node);
    } else {
      queue_at_once(node);
    }
  }
  bool forget(ReadyNode& node) noexcept { return listeners_.remove(node); }
  [[nodiscard]] const ReadyList& listeners() const noexcept { return listeners_; }
  [[nodiscard]] ReadyList& listeners() noexcept { return listeners_; }

  // ---- what it is ----
  // Where the result lies.
  [[nodiscard]] virtual void* place() noexcept { return nullptr; }
  [[nodiscard]] virtual const std::type_info& result_type() const noexcept { return typeid(void); }
  [[nodiscard]] virtual LoopTask* as_task() noexcept { return nullptr; }
  // The result as Python's repr would have it, as far as it can be told.
  [[nodiscard]] virtual std::string describe_result() const { return "..."; }
  [[nodiscard]] virtual std::string describe() const;

 protected:
  LoopFuture(LoopCore& loop, std::uint32_t references) noexcept;
  virtual ~LoopFuture();

  [[noreturn]] void throw_outcome();
  void queue_at_once(ReadyNode& node);
  void discard_listeners() noexcept;
  // Sets the state and gives all listeners to the loop's queue.
  void settle(State state);
  void keep_message(CancelMessage message);
  [[nodiscard]] CancelMessage message() const noexcept {
    return extra_ != nullptr && extra_->message ? &*extra_->message : nullptr;
  }
  [[noreturn]] void throw_cancelled() const;
  // What describe() says after the state.
  [[nodiscard]] std::string describe_outcome() const;
  virtual void destroy() noexcept { delete this; }
  // A failure that nobody asked for.
  void report_unread() noexcept;

  // What few futures have.
  struct Extra {
    std::optional<std::string> message;
    std::optional<std::string> name;
  };
  Extra& extra() {
    if (extra_ == nullptr) extra_ = std::make_unique<Extra>();
    return *extra_;
  }

  std::unique_ptr<Extra> extra_;

 private:
  ReferenceCount references_;
  std::uint32_t generation_;
  LoopAnchor* anchor_;
  ReadyList listeners_;
  std::exception_ptr error_;

 protected:
  State state_ = State::kPending;
  bool unread_ = false;  // It failed, and nobody has asked.
  bool marked_ : 1 = false;
  // A task's, which lie here because there is room.
  bool must_cancel_ = false;
  bool begun_ : 1 = false;
  std::uint32_t cancels_ = 0;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_FUTURE_CORE_H_
