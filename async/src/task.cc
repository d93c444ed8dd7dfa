#include <skein/asyncio/errors.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/task.h>
#include <skein/core/internal/describe.h>

#include <cxxabi.h>

#include <algorithm>
#include <ostream>
#include <sstream>
#include <utility>

#include "loop.h"
#include "names.h"

namespace skein::inline v0 {

namespace internal {

void throw_cannot_await(LoopTask& task, LoopFuture& future) {
  if (&future == &task) throw RuntimeError("Task cannot await on itself: " + task.describe());
  throw RuntimeError("Task " + task.describe() + " got Future " + future.describe() + " attached to a different loop");
}

// ---- life ----

LoopTask::LoopTask(LoopCore& loop) noexcept : LoopFuture(loop, 2), ReadyNode(kKind) {}

LoopTask::~LoopTask() {
  if (!std::exchange(unread_, false)) return;
  report_in(context_, loop(),
            {.message = "Task exception was never retrieved\nfuture: " + LoopTask::describe(), .exception = error()});
}

void LoopTask::take_name(std::string_view name) {
  if (name.empty()) {
    number_ = loop()->next_task_number();
  } else {
    extra().name = std::string(name);
  }
}

void LoopTask::start(FrameBase* root, ContextSlot context, bool eager) {
  LoopCore& loop = *this->loop();
  root_ = root;
  leaf_ = root;
  context_ = std::move(context);
  next_ = loop.tasks_;
  if (next_ != nullptr) next_->previous_ = this;
  loop.tasks_ = this;
  if (eager && t_running.loop == &loop) {
    run_step();
  } else {
    loop.ready_.push_back(*this);
  }
}

void LoopTask::leave_loop() noexcept {
  LoopCore* const loop = this->loop();
  if (loop == nullptr) return;
  (previous_ != nullptr ? previous_->next_ : loop->tasks_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  previous_ = next_ = nullptr;
}

void LoopTask::leave_frames() noexcept {
  const std::source_location function = root_->function;
  root_ = nullptr;
  function_ = function;
}

void LoopTask::abandon() noexcept {
  const auto held = CoreRef<LoopFuture>::adopt(this);  // The loop's reference.
  report_in(context_, loop(), {.message = "Task was destroyed but it is pending!\ntask: " + describe()});
  leave_loop();
  FrameBase* const leaf = leaf_;
  leave_frames();
  waits_for_ = nullptr;  // It goes with the frames, and somebody may still call cancel().
  destroy_chain(leaf);
  discard_listeners();  // What they hold may hold this.
}

// ---- steps ----

void LoopTask::step(ReadyNode* node) { static_cast<LoopTask*>(node)->run_step(); }

void LoopTask::run_step() {
  std::exception_ptr error;
  {
    struct Current {
      explicit Current(LoopTask& task) noexcept : before(std::exchange(t_running.task, &task)) {}
      ~Current() { t_running.task = before; }
      LoopTask* before;  // Whose step starts this one eagerly.
    } const current(*this);
    try {
      const ContextSlotEntry entry(context_);
      waits_for_ = nullptr;
      if (begun_ || !must_cancel_) [[likely]] {
        begun_ = true;
        // Until it is suspended again nobody may follow the leaf, which may end before that.
        handle_of(*std::exchange(leaf_, root_)).resume();
        if (!handle_of(*root_).done()) return;
        error = harvest(*root_);
      } else {  // Cancelled before it began: it never does.
        root_->started = true;
      }
    } catch (abi::__forced_unwind&) {
      leaf_ = root_;  // The frames between them have not been told.
      throw;
    } catch (...) {  // Its context is entered already.
      error = std::current_exception();
      leaf_ = root_;
    }
    // The frame's variables go before anybody hears of the end, and in the task's own context.
    FrameBase* const root = root_;
    leave_frames();
    handle_of(*root).destroy();
  }
  end(error);
}

void LoopTask::end(const std::exception_ptr& error) {
  const auto held = CoreRef<LoopFuture>::adopt(this);  // The loop's reference.
  leave_loop();
  const auto settle_cancelled = [this] {
    if (const CancelMessage kept = message()) {
      const std::string copy = *kept;
      LoopFuture::cancel(&copy);
    } else {
      LoopFuture::cancel(nullptr);
    }
  };
  if (error == nullptr) [[likely]] {
    if (!must_cancel_) [[likely]] {
      finish();
    } else {
      must_cancel_ = false;
      settle_cancelled();
    }
    return;
  }
  try {
    std::rethrow_exception(error);
  } catch (const asyncio::CancelledError& cancelled) {
    if (!cancelled.message().empty()) {
      extra().message = cancelled.message();
    } else if (extra_ != nullptr) {
      extra_->message.reset();
    }
    settle_cancelled();
  } catch (const KeyboardInterrupt&) {
    fail(error);
    throw;
  } catch (const SystemExit&) {
    fail(error);
    throw;
  } catch (...) {
    fail(error);
  }
}

// ---- cancelling ----

bool LoopTask::cancel(CancelMessage message) {
  unread_ = false;
  if (done()) return false;
  ++cancels_;
  if (waits_for_ != nullptr && waits_for_->cancel(message)) return true;
  must_cancel_ = true;
  keep_message(message);
  return true;
}

std::uint32_t LoopTask::uncancel() noexcept {
  if (cancels_ > 0) --cancels_;
  if (cancels_ == 0) must_cancel_ = false;
  return cancels_;
}

void LoopTask::cancel_at_once() {
  if (waits_for_->cancel(message())) must_cancel_ = false;
}

void LoopTask::throw_due(LoopFuture* from) {
  must_cancel_ = false;
  if (from != nullptr) {
    try {
      from->check_result();
    } catch (const asyncio::CancelledError&) {
      throw;
    } catch (...) {  // The cancellation goes before any other outcome.
    }
  }
  throw_cancelled();
}

// ---- texts ----

std::string LoopTask::name() const {
  if (extra_ != nullptr && extra_->name) return *extra_->name;  // NOLINT(bugprone-unchecked-optional-access)
  return "Task-" + std::to_string(number_);
}

void LoopTask::set_name(std::string name) { extra().name = std::move(name); }

std::vector<const FrameBase*> LoopTask::stack() const {
  std::vector<const FrameBase*> frames;
  for (const FrameBase* frame = root_ != nullptr ? leaf_ : nullptr; frame != nullptr; frame = frame->parent) {
    if (!frame->stands_for_child || frame == leaf_) frames.push_back(frame);
  }
  std::reverse(frames.begin(), frames.end());
  return frames;
}

std::string LoopTask::describe() const {
  static constexpr const char* kNames[] = {"pending", "cancelled", "finished"};
  const bool cancelling = state_ == State::kPending && (must_cancel_ || cancels_ > 0);
  std::string text =
      std::string("<Task ") + (cancelling ? "cancelling" : kNames[static_cast<int>(state_)]) + " name='" + name() + "'";
  text += " coro=<" + function_name(function()) + "() " +
          (root_ != nullptr ? "running at " + place_of(stack().front()->where)
                            : "done, defined at " + place_of(function())) +
          ">";
  return text + describe_outcome() + ">";
}

}  // namespace internal

namespace asyncio {

namespace task_texts {

std::string coroutine_name(const internal::LoopTask& task) { return internal::function_name(task.function()); }

std::vector<StackFrame> stack(const internal::LoopTask& task, std::optional<std::size_t> limit) {
  std::vector<const internal::FrameBase*> frames = task.stack();
  if (limit.has_value() && frames.size() > *limit) {  // The newest, as Python.
    frames.erase(frames.begin(), frames.end() - static_cast<std::ptrdiff_t>(*limit));
  }
  std::vector<StackFrame> found;
  found.reserve(frames.size());
  for (const internal::FrameBase* const frame : frames) {
    found.push_back({internal::function_name(frame->function), frame->where.file_name(), frame->where.line()});
  }
  return found;
}

void print_stack(const internal::LoopTask& task, std::optional<std::size_t> limit, std::ostream* file) {
  std::ostringstream text;
  const std::vector<StackFrame> frames = stack(task, limit);
  text << (frames.empty() ? "No stack for " : "Stack for ") << task.describe()
       << (frames.empty() ? "\n" : " (most recent call last):\n");
  for (const StackFrame& frame : frames) {
    text << "  File \"" << frame.file << "\", line " << frame.line << ", in " << frame.function << "\n";
  }
  if (file != nullptr) {
    *file << text.str();
  } else {
    internal::write_to_stderr(text.str());
  }
}

}  // namespace task_texts

std::optional<AnyTask> current_task() {
  static_cast<void>(internal::LoopCore::running());
  if (internal::t_running.task == nullptr) return std::nullopt;
  return internal::LoopAccess::handle<AnyTask>(
      internal::CoreRef<internal::LoopFuture>::share(internal::t_running.task));
}

std::optional<AnyTask> current_task(const EventLoop& loop) {
  if (internal::t_running.loop != &loop.core()) return std::nullopt;
  return current_task();
}

// ---- factories ----

void AnyCoroutine::close() noexcept {
  if (owner_.frame() != nullptr) owner_.frame()->started = true;
  owner_ = internal::CoroutineOwner(nullptr);
}

AnyTask::AnyTask(const EventLoop& loop, AnyCoroutine coro, const TaskOptions& options)
    : AnyFuture(internal::CoreRef<internal::LoopFuture>()) {
  loop.core().require_open();
  static_cast<void>(coro.owner_.start());
  internal::LoopTask* const task = coro.make_(loop.core());
  *this = internal::LoopAccess::handle<AnyTask>(internal::start_task(task, std::move(coro.owner_), options));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): a TaskFactory takes it so.
AnyTask eager_task_factory(EventLoop loop, AnyCoroutine coro, TaskOptions options) {
  options.eager_start = true;
  return {loop, std::move(coro), options};
}

TaskFactory create_eager_task_factory(TaskFactory custom_task_constructor) {
  if (!custom_task_constructor) throw ValueError("the task constructor is empty");
  return [make = std::move(custom_task_constructor)](EventLoop loop, AnyCoroutine coro, TaskOptions options) {
    options.eager_start = true;
    return make(std::move(loop), std::move(coro), options);
  };
}

AnyTask make_by_factory(internal::LoopCore& loop, AnyCoroutine coro, const TaskOptions& options) {
  const TaskFactory factory = loop.impl().task_factory;
  return factory(EventLoop(internal::CoreRef<internal::LoopCore>::share(&loop)), std::move(coro), options);
}

std::vector<AnyTask> all_tasks() { return internal::LoopCore::running().pending_tasks(); }
std::vector<AnyTask> all_tasks(const EventLoop& loop) { return loop.core().pending_tasks(); }

}  // namespace asyncio

namespace internal {

std::vector<asyncio::AnyTask> LoopCore::pending_tasks() {
  std::vector<asyncio::AnyTask> tasks;
  for (LoopTask* task = tasks_; task != nullptr; task = task->next_) {
    tasks.push_back(LoopAccess::handle<asyncio::AnyTask>(CoreRef<LoopFuture>::share(task)));
  }
  std::reverse(tasks.begin(), tasks.end());
  return tasks;
}

}  // namespace internal
}  // namespace skein::inline v0
