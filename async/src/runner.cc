#include <skein/asyncio/errors.h>
#include <skein/asyncio/runner.h>
#include <skein/asyncio/wait.h>
#include <skein/core/internal/describe.h>

#include <memory>
#include <utility>

#include "loop.h"
#include "signals.h"

namespace skein::inline v0::asyncio {

namespace {

// Python: runners._cancel_all_tasks.
void cancel_all_tasks(EventLoop& loop, skein::Timeout timeout) {
  const std::vector<AnyTask> tasks = all_tasks(loop);
  if (tasks.empty()) return;
  for (const AnyTask& task : tasks) task.cancel();
  // What they end with is looked at below.
  auto until_they_are = [](std::vector<AnyTask> all, skein::Timeout limit) -> Coroutine<> {
    static_cast<void>(co_await wait(std::move(all), {.timeout = limit}));
  };
  loop.run_until_complete(until_they_are(tasks, timeout));
  for (const AnyTask& task : tasks) {
    if (!task.done()) {
      loop.call_exception_handler({.message = "Task did not end in time after it was cancelled", .task = task});
    } else if (!task.cancelled() && task.exception() != nullptr) {
      loop.call_exception_handler({.message = "unhandled exception during asyncio.run() shutdown",
                                   .exception = task.exception(),
                                   .task = task});
    }
  }
}

}  // namespace

void require_no_running_loop() {
  if (internal::t_running.loop != nullptr) {
    throw RuntimeError("asyncio.run() cannot be called from a running event loop");
  }
}

Runner::Runner(RunnerOptions options) : options_(std::move(options)) {}

Runner::~Runner() {
  try {
    close();
  } catch (...) {
    internal::write_report({.message = "Exception at the end of a Runner", .exception = std::current_exception()});
  }
}

EventLoop Runner::get_loop() {
  if (state_ == State::kClosed) throw RuntimeError("Runner is closed");
  if (!loop_.has_value()) {
    if (options_.loop_factory) {
      loop_ = options_.loop_factory();
    } else {
      loop_ = new_event_loop({.clock = options_.clock, .seed = options_.seed});
      set_event_loop(*loop_);  // As in CPython, where get_event_loop() then finds it between two runs.
      sets_loop_ = true;
    }
    if (options_.debug.has_value()) loop_->set_debug(*options_.debug);
    context_ = contextvars::copy_context();
  }
  return *loop_;
}

void Runner::require_open() {
  if (internal::t_running.loop != nullptr) {
    throw RuntimeError("Runner.run() cannot be called from a running event loop");
  }
  static_cast<void>(get_loop());
}

void Runner::run_until_done(const AnyTask& task) {
  EventLoop loop = get_loop();
  internal::Interrupts interrupts(loop.core().impl(), *internal::LoopAccess::core(task).as_task());
  loop.run_until_done(task);
  if (task.cancelled() && interrupts.count() > 0 && AnyTask(task).uncancel() == 0) throw KeyboardInterrupt();
}

void Runner::close() {
  if (std::exchange(state_, State::kClosed) == State::kClosed || !loop_.has_value()) return;
  EventLoop loop = *std::exchange(loop_, std::nullopt);
  const auto end = [&] {
    if (sets_loop_) set_event_loop(None);
    loop.close();
  };
  try {
    cancel_all_tasks(loop, options_.shutdown_timeout);
    loop.run_until_complete(loop.shutdown_asyncgens());
    constexpr int kThreadJoinSeconds = 300;
    loop.run_until_complete(loop.shutdown_default_executor(kThreadJoinSeconds));
  } catch (...) {
    end();  // What an executor of the user's throws there takes the place of this.
    throw;
  }
  end();
}

}  // namespace skein::inline v0::asyncio
