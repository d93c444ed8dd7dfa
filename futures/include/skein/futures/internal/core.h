// skein/futures/internal/core.h - what a future is inside, without its type: state, waiting, callbacks, references.
#ifndef SKEIN_FUTURES_INTERNAL_CORE_H_
#define SKEIN_FUTURES_INTERNAL_CORE_H_

#include <skein/core/export.h>
#include <skein/core/internal/block_cache.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/timeout.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <stop_token>
#include <string>
#include <typeinfo>
#include <utility>

namespace skein::inline v0::internal {

class FutureCore;
class TaskHome;

// Somebody who is to be told when a future is done, in the order of registering. Guarded by the future's lock (one of
// a few that all futures share, chosen by the address: a future that nobody listens to never takes it).
class Listener {
 public:
  enum class Kind : bool { kCallback, kWaiter };

  explicit Listener(Kind kind) noexcept : kind_(kind) {}
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Once, unlinked already. kWaiter: under the future's lock. kCallback: outside of it; deletes itself.
  virtual void tell(FutureCore& future) noexcept = 0;
  // The future has ended its life without an end: deletes a callback.
  virtual void discard() noexcept {}

 protected:
  virtual ~Listener() = default;

 private:
  friend class FutureCore;
  Listener* next_ = nullptr;
  const Kind kind_;
  bool linked_ = false;
};

// One allocation holds the callable, the result and this. Counted by its handles and by whoever is to run it.
//
// state_, one word:
//   bits 0-2  the phase, Python's five states. kPending and kRunning are the only ones that change to kFinished.
//   bit 3     kOwned: somebody stores the outcome now (a setter), or alone may (the one who runs the task). Whoever
//             brings a future to kRunning for a task, or sets an outcome, sets it in the same step, so one setter wins.
//   bit 4     kSleepers: somebody parks on this word; whoever ends the wait wakes all.
//   bit 5     kListeners: the list is not empty; whoever ends the future takes the lock and looks.
//   bit 6     kRead: the outcome was asked for, so a failure needs no report.
//   bit 7     kFailed: the outcome is an exception.
//   bit 8     kClaimed: its task runs or ran, so nobody else may touch the callable.
//   bit 9     kTaken: the result has been moved out.
// The outcome is written before the step to kFinished and read only after a look that saw it.
class SKEIN_API FutureCore : public InBlock {
 public:
  enum Phase : std::uint32_t { kPending, kRunning, kCancelled, kCancelledAndNotified, kFinished };
  static constexpr std::uint32_t kPhase = 7;
  static constexpr std::uint32_t kOwned = 8;
  static constexpr std::uint32_t kSleepers = 16;
  static constexpr std::uint32_t kListeners = 32;
  static constexpr std::uint32_t kRead = 64;
  static constexpr std::uint32_t kFailed = 128;
  static constexpr std::uint32_t kClaimed = 256;
  static constexpr std::uint32_t kTaken = 512;

  FutureCore(const FutureCore&) = delete;
  FutureCore& operator=(const FutureCore&) = delete;

  // ---- references ----
  void share() noexcept { references_.fetch_add(1); }
  void drop() noexcept {
    // The last one needs no locked instruction.
    if (references_.load() == 1 || references_.fetch_sub(1) == 1) destroy();
  }

  // ---- state ----
  [[nodiscard]] Phase phase() const noexcept { return static_cast<Phase>(state_.load() & kPhase); }
  [[nodiscard]] bool cancelled() const noexcept { return is_cancelled(state_.load()); }
  [[nodiscard]] bool done() const noexcept { return is_done(state_.load()); }
  [[nodiscard]] bool failed() const noexcept { return (state_.load() & kFailed) != 0; }
  // For wait(): cancelled counts only when the executor has noticed, as in Python.
  [[nodiscard]] bool settled() const noexcept { return phase() >= kCancelledAndNotified; }

  bool cancel();
  bool set_running_or_notify_cancel();
  // Claims a pending future to run its task. False if it is cancelled (then who waits is told) or somebody else's.
  [[nodiscard]] bool claim() noexcept;
  // What a queue does with a task that it has taken out: runs it, or drops the callable if nobody will.
  void run_or_forget();
  // Whether its task runs or ran.
  [[nodiscard]] bool claimed() const noexcept { return (state_.load() & kClaimed) != 0; }
  // The callable of a future that claim() was refused for: dropped, unless somebody runs it.
  void forget_unclaimed() noexcept {
    if (!claimed()) forget_task();
  }
  // From kCancelled to kCancelledAndNotified: tells who waits in wait() or as_completed(). False if it was not there.
  bool notify_cancelled() noexcept;
  // Claims the right to set the outcome from outside. Errors: InvalidStateError.
  void begin_set();
  void abandon_set() noexcept { state_.fetch_and(~kOwned); }
  // With kOwned: the outcome is there. Wakes, tells, calls back.
  void finish(bool failed) noexcept;
  void finish_with(std::exception_ptr error) noexcept {
    error_ = std::move(error);
    finish(true);
  }

  // Waits until done; false if time ran out or a stop was requested first. Runs the task itself where it would
  // otherwise wait without limit for its own pool, see TaskHome.
  [[nodiscard]] bool wait_done(Timeout timeout, const std::stop_token* stop);
  // The same, and looks. True: it finished with a result; false: with error().
  // Errors: CancelledError, TimeoutError.
  bool wait_outcome(Timeout timeout, const std::stop_token* stop);
  [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }
  [[nodiscard]] bool is_taken() const noexcept { return (state_.load() & kTaken) != 0; }
  // False if it was taken before.
  [[nodiscard]] bool mark_taken() noexcept { return (state_.fetch_or(kTaken) & kTaken) == 0; }
  void mark_read() noexcept {
    if ((state_.load() & kRead) == 0) state_.fetch_or(kRead);
  }

  // ---- listeners ----
  // Links it; false if the future is done (kCallback) or settled (kWaiter) already.
  bool listen(Listener& listener);
  // Unlinks it, or makes sure that nobody is telling it any more.
  void unlisten(Listener& listener) noexcept;

  // ---- the task ----
  // Calls the callable, stores the outcome, destroys the callable, finishes. After claim(). Lets nothing out but a
  // forced unwind (pthread_cancel), after which the future is finished too.
  virtual void run();
  // Destroys the callable without calling it.
  virtual void forget_task() noexcept;
  // Trips the stop token of a task that takes one.
  virtual void request_stop() noexcept;
  // The type of the result, and its name as Python's repr would have it.
  [[nodiscard]] virtual const std::type_info& result_type() const noexcept = 0;
  [[nodiscard]] std::string describe() const;
  // "FINISHED", ...
  [[nodiscard]] const char* phase_name() const noexcept;

  // Where its task is queued; nullptr if nowhere. Written before others can see the future.
  TaskHome* home = nullptr;
  // The home's own: in which of its queues, since when, and the links there (guarded by that queue's lock).
  const void* queue = nullptr;
  std::uint64_t stamp = 0;
  FutureCore* next = nullptr;
  FutureCore* previous = nullptr;

 protected:
  explicit FutureCore(std::uint32_t references) noexcept : references_(references) {}
  virtual ~FutureCore() = default;

  std::exception_ptr error_;

 private:
  static constexpr bool is_cancelled(std::uint32_t state) noexcept {
    return (state & kPhase) == kCancelled || (state & kPhase) == kCancelledAndNotified;
  }
  static constexpr bool is_done(std::uint32_t state) noexcept { return (state & kPhase) >= kCancelled; }

  void destroy() noexcept;
  void wake(std::uint32_t before) noexcept;
  void tell(Listener::Kind kind) noexcept;
  Listener* unlink_after(Listener& before) noexcept;
  [[noreturn]] void throw_invalid() const;

  Atomic<std::uint32_t> references_;
  Atomic<std::uint32_t> state_{kPending};
  Listener* listeners_ = nullptr;  // The last of a ring, whose next is the first.
};

// Reports the current exception as one of a done callback.
SKEIN_API void report_callback_failure(const FutureCore& future) noexcept;

// Something with workers that futures' tasks are queued in. A worker that waits without limit for a task of its own
// home runs it in place if it is still queued.
class SKEIN_API TaskHome {
 public:
  // Called by a worker of this home: claims this very task and runs it; false if it is running, done or cancelled.
  virtual bool run_in_place(FutureCore& task) = 0;

 protected:
  ~TaskHome() = default;
};

// An owning pointer to a FutureCore or a class derived from it.
template <class C>
class CoreRef {
 public:
  CoreRef() noexcept = default;
  static CoreRef adopt(C* core) noexcept {
    CoreRef ref;
    ref.core_ = core;
    return ref;
  }
  static CoreRef share(C* core) noexcept {
    if (core != nullptr) core->share();
    return adopt(core);
  }
  CoreRef(const CoreRef& other) noexcept : CoreRef(share(other.core_)) {}
  CoreRef(CoreRef&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  CoreRef& operator=(CoreRef other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~CoreRef() {
    if (core_ != nullptr) core_->drop();
  }
  [[nodiscard]] C* get() const noexcept { return core_; }
  [[nodiscard]] C* release() noexcept { return std::exchange(core_, nullptr); }
  C* operator->() const noexcept { return core_; }
  C& operator*() const noexcept { return *core_; }
  explicit operator bool() const noexcept { return core_ != nullptr; }

 private:
  C* core_ = nullptr;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_FUTURES_INTERNAL_CORE_H_
