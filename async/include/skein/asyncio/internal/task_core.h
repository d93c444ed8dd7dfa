// skein/asyncio/internal/task_core.h - what a task is inside, without its type.
#ifndef SKEIN_ASYNCIO_INTERNAL_TASK_CORE_H_
#define SKEIN_ASYNCIO_INTERNAL_TASK_CORE_H_

#include <skein/asyncio/internal/frame.h>
#include <skein/asyncio/internal/future_core.h>
#include <skein/asyncio/internal/ready.h>
#include <skein/core/export.h>
#include <skein/core/internal/context_slot.h>
#include <skein/futures/internal/core.h>

#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace skein::inline v0::internal {

// What runs in the calling thread.
struct Running {
  LoopCore* loop = nullptr;
  LoopTask* task = nullptr;
  bool debug = false;  // The loop is in debug mode.
};
// Initial-exec, so that a shared library reads it without a call. Never cached across a suspension.
[[gnu::tls_model("initial-exec")]] extern SKEIN_API constinit thread_local Running t_running;

// A coroutine that the loop drives. The loop holds a reference until it is done.
class SKEIN_API LoopTask : public LoopFuture, public ReadyNode {
 public:
  // Before start(). Empty: it gets a number.
  void take_name(std::string_view name);
  // Takes the frame over, and gets its first step queued. `eager`: runs it at once, if its loop is running here.
  // `context`: what it runs in.
  void start(FrameBase* root, ContextSlot context, bool eager);

  bool cancel(CancelMessage message) override;
  [[nodiscard]] std::uint32_t cancelling() const noexcept { return cancels_; }
  std::uint32_t uncancel() noexcept;

  // ---- for awaiters, in await_suspend and await_resume of the running task ----
  // It is suspended at `leaf`, in `waits_for`; whoever wakes it pushes node().
  void suspend(FrameBase& leaf, Suspension* waits_for) {
    leaf_ = &leaf;
    waits_for_ = waits_for;
    if (must_cancel_ && waits_for != nullptr) [[unlikely]]
      cancel_at_once();
  }
  [[nodiscard]] ReadyNode& node() noexcept { return *this; }
  // It runs again. Errors: CancelledError if that is due: the one that `from` ended with, if it did, or one of its own.
  void resumed(LoopFuture* from = nullptr) {
    if (must_cancel_) [[unlikely]]
      throw_due(from);
  }
  // A cancellation is delivered in another way.
  void forget_due() noexcept { must_cancel_ = false; }

  // ---- names and such ----
  [[nodiscard]] std::string name() const;
  void set_name(std::string name);
  [[nodiscard]] contextvars::Context context() { return context_.context(); }
  [[nodiscard]] LoopTask* as_task() noexcept override { return this; }
  [[nodiscard]] std::string describe() const override;
  // From the outermost frame to the innermost; of a task that is running, the outermost alone.
  [[nodiscard]] std::vector<const FrameBase*> stack() const;
  // What the coroutine is a call of.
  [[nodiscard]] std::source_location function() const noexcept {
    return root_ != nullptr ? root_->function : function_;
  }

  // The loop is going: the frames too. Reports that it was pending.
  void abandon() noexcept;

 protected:
  explicit LoopTask(LoopCore& loop) noexcept;  // Two references: the handle's and the loop's.
  ~LoopTask() override;

  // Takes the result out of the root frame, which has finished: nullptr; or gives its exception.
  virtual std::exception_ptr harvest(FrameBase& root) = 0;

 private:
  friend class LoopCore;
  friend class LoopImpl;
  static void step(ReadyNode* node);
  static void stay(ReadyNode* /*node*/) noexcept {}  // Of a closed loop: it is pending for ever.
  static constexpr ReadyKind kKind{&LoopTask::step, &LoopTask::stay};
  void run_step();
  // The coroutine is through; `error`: with that. Lets nothing out but what ends the loop.
  void end(const std::exception_ptr& error);
  void leave_loop() noexcept;
  // The frames are no longer this task's.
  void leave_frames() noexcept;
  void cancel_at_once();
  [[noreturn]] void throw_due(LoopFuture* from);

  FrameBase* root_ = nullptr;
  union {
    FrameBase* leaf_ = nullptr;      // While there is a root,
    std::source_location function_;  // and after that.
  };
  Suspension* waits_for_ = nullptr;
  ContextSlot context_;
  LoopTask* previous_ = nullptr;  // Among the loop's tasks.
  LoopTask* next_ = nullptr;
  std::uint64_t number_ = 0;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_TASK_CORE_H_
