// loop.h - the inside of EventLoop: the round, timers, what comes from other threads, descriptors, signals.
#ifndef SKEIN_ASYNC_SRC_LOOP_H_
#define SKEIN_ASYNC_SRC_LOOP_H_

#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/internal/loop_core.h>
#include <skein/core/internal/platform.h>
#include <skein/core/spin.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "poller.h"
#include "timers.h"

namespace skein::inline v0::internal {

class GeneratorCore;
class Interrupts;

class LoopImpl final : public LoopCore {
 public:
  explicit LoopImpl(asyncio::LoopOptions options);
  ~LoopImpl();

  void run_forever();
  // Errors: RuntimeError, if it could not be run now.
  void require_runnable() const;
  void stop() noexcept { stopping_ = true; }
  [[nodiscard]] bool is_running() const noexcept { return running_.load(); }
  // To be asked where it does not run in this thread. What ran when this process was forked off runs nowhere now.
  [[nodiscard]] bool is_running_elsewhere() const noexcept { return running_.load() && forks_ == fork_count(); }
  void close();

  void push_from_elsewhere(ReadyNode& node);
  void schedule_timer(Timer& timer) { timers_.push(timer); }
  void count_cancelled() noexcept { ++cancelled_timers_; }
  // From a signal handler or another thread: the loop looks at everything soon.
  void wake() noexcept;

  void watch(int fd, bool write, std::function<void()> callback);
  bool unwatch(int fd, bool write);
  void on_signal(int sig, std::function<void()> callback);
  bool forget_signal(int sig);
  void forget_signals() {
    while (!signals_.empty()) forget_signal(signals_.back().number);
  }
  // In a signal handler.
  void signal_came() noexcept {
    signals_came_.store(true);
    wake();
  }

  [[nodiscard]] std::shared_ptr<futures::Executor> executor();

  std::uint64_t task_number = 0;
  asyncio::ExceptionHandler exception_handler;
  std::shared_ptr<futures::Executor> default_executor;
  bool executor_ended = false;
  asyncio::TaskFactory task_factory;
  GeneratorCore* generators = nullptr;  // Those that have begun and are not through, the newest first.
  void set_task_factory(asyncio::TaskFactory factory) {
    has_task_factory_ = static_cast<bool>(factory);
    task_factory = std::move(factory);
  }

  // ---- debug mode ----
  bool debug = false;
  void set_debug(bool enabled) noexcept {
    debug = enabled;
    if (t_running.loop == this) t_running.debug = enabled;
  }
  std::int64_t slow_callback_ns = 100'000'000;
  asyncio::SlowCallbackHandler slow_callback_handler;

 private:
  friend class LoopCore;
  friend class Interrupts;
  friend struct SignalReader;
  void run_round();
  void run_batch();
  // Runs one, and tells if it took long.
  void run_watched(ReadyNode& node);
  // Puts the steps of tasks in another order.
  void shuffle(ReadyList& batch);
  // The time is not real, and nothing is to be done before `deadline_ns`: then it is that time now. False if something
  // may come from elsewhere.
  bool jump(std::int64_t deadline_ns);
  void take_inbox() noexcept;
  void take_due() noexcept;
  void take_signals();
  void queue_signal_handlers(const std::vector<int>& numbers);
  bool must_poll_for_signals();
  // Sleeps until something may have come, at most until `deadline_ns`.
  void wait(std::int64_t deadline_ns);
  void drop_everything() noexcept;

  enum WakeState : std::uint32_t { kAwake, kParked, kPolling, kNotified };

  const asyncio::Clock clock_;
  Atomic<std::int64_t> virtual_now_{0};  // Other threads may ask for it.
  bool shuffles_ = false;
  std::uint64_t random_ = 0;
  TimerHeap timers_;
  std::size_t cancelled_timers_ = 0;
  bool stopping_ = false;
  Atomic<bool> running_{false};
  std::uint32_t forks_ = 0;  // fork_count() when it began to run.
  SpinHistory spins_;
  std::unique_ptr<Poller> poller_;  // When a descriptor was first registered.

  struct SignalHandler {
    int number;
    std::function<void()> callback;
  };
  std::vector<SignalHandler> signals_;
  Interrupts* interrupts_ = nullptr;

  // Written by other threads.
  alignas(64) Atomic<ReadyNode*> inbox_{nullptr};  // The newest first.
  Atomic<std::uint32_t> wake_state_{kAwake};
  Atomic<bool> signals_came_{false};
};

// KeyboardInterrupt and SystemExit.
[[nodiscard]] bool ends_loop(const std::exception_ptr& error) noexcept;
[[noreturn]] void throw_other_loop();
// To the loop's exception handler; to stderr if there is no loop. What ends the loop goes through.
void report_from_callback(LoopCore* loop, const asyncio::ExceptionContext& context);
// The same where nothing may be thrown.
void report_to(LoopCore* loop, const asyncio::ExceptionContext& context) noexcept;
// The same, in that context, unless somebody is in it.
void report_in(ContextSlot& about, LoopCore* loop, const asyncio::ExceptionContext& context) noexcept;
// To stderr.
void write_report(const asyncio::ExceptionContext& context);

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNC_SRC_LOOP_H_
