#include <skein/asyncio/errors.h>
#include <skein/asyncio/taskgroup.h>
#include <skein/core/errors.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <sstream>
#include <vector>

#include "loop.h"

namespace skein::inline v0::asyncio {

// Python: TaskGroup's members.
struct TaskGroup::State {
  std::optional<EventLoop> loop;
  std::optional<AnyTask> parent;
  std::vector<AnyTask> tasks;
  std::vector<std::exception_ptr> errors;
  std::exception_ptr base_error;  // KeyboardInterrupt or SystemExit.
  std::optional<Future<void>> all_done;
  bool entered = false;
  bool exiting = false;
  bool aborting = false;
  bool parent_cancel_requested = false;
  bool cancel_on_enter = false;

  [[nodiscard]] std::string repr() const;
  void abort();
  void cancel();
  void task_done(const AnyTask& task);
};

namespace {

bool is_cancellation(const std::exception_ptr& error) {
  if (error == nullptr) return false;
  try {
    std::rethrow_exception(error);
  } catch (const CancelledError&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

std::string TaskGroup::State::repr() const {
  std::string text = "<TaskGroup";
  if (!tasks.empty()) text += " tasks=" + std::to_string(tasks.size());
  if (!errors.empty()) text += " errors=" + std::to_string(errors.size());
  if (aborting) {
    text += " cancelling";
  } else if (entered) {
    text += " entered";
  }
  return text + ">";
}

void TaskGroup::State::abort() {
  aborting = true;
  const std::vector<AnyTask> all = tasks;
  for (AnyTask task : all) {
    if (!task.done()) task.cancel();
  }
}

void TaskGroup::State::cancel() {
  if (!entered) {
    cancel_on_enter = true;
    return;
  }
  if ((exiting && tasks.empty()) || aborting) return;
  abort();
  if (parent.has_value() && !parent_cancel_requested) {
    parent_cancel_requested = true;
    parent->cancel();
  }
}

void TaskGroup::State::task_done(const AnyTask& task) {
  std::erase(tasks, task);
  if (all_done.has_value() && tasks.empty() && !all_done->done()) all_done->set_result();
  if (task.cancelled()) return;
  const std::exception_ptr error = task.exception();
  if (error == nullptr) return;
  errors.push_back(error);
  if (base_error == nullptr && internal::ends_loop(error)) base_error = error;
  if (!parent.has_value() || parent->done()) {
    std::ostringstream text;
    text << "Task " << task << " has errored out but its parent task is already completed";
    loop->call_exception_handler({.message = text.str(), .exception = error, .task = task});
    return;
  }
  if (!aborting && !parent_cancel_requested) {
    abort();
    parent_cancel_requested = true;
    parent->cancel();
  }
}

TaskGroup::TaskGroup() : state_(std::make_shared<State>()) {}
TaskGroup::TaskGroup(TaskGroup&&) noexcept = default;
TaskGroup::~TaskGroup() = default;

void TaskGroup::require_open() const {
  const State& state = *state_;
  if (!state.entered) throw RuntimeError("TaskGroup " + state.repr() + " has not been entered");
  if (state.exiting && state.tasks.empty()) throw RuntimeError("TaskGroup " + state.repr() + " is finished");
  if (state.aborting) throw RuntimeError("TaskGroup " + state.repr() + " is shutting down");
}

EventLoop TaskGroup::loop() const { return *state_->loop; }

void TaskGroup::adopt(const AnyTask& task) {
  state_->tasks.push_back(task);
  task.add_done_callback([state = state_](const AnyFuture& future) {
    state->task_done(internal::LoopAccess::handle<AnyTask>(
        internal::CoreRef<internal::LoopFuture>::share(&internal::LoopAccess::core(future))));
  });
  // One that began at once may have cancelled the group.
  if (state_->aborting && !task.done()) AnyTask(task).cancel();
}

void TaskGroup::cancel() { state_->cancel(); }

Coroutine<TaskGroup&> TaskGroup::aenter() {
  State& state = *state_;
  if (state.entered) throw RuntimeError("TaskGroup " + state.repr() + " has already been entered");
  if (!state.loop.has_value()) state.loop = get_running_loop();
  state.parent = current_task();
  if (!state.parent.has_value()) throw RuntimeError("TaskGroup " + state.repr() + " cannot determine the parent task");
  state.entered = true;
  if (state.cancel_on_enter) state.cancel();
  co_return *this;
}

Coroutine<bool> TaskGroup::aexit(std::exception_ptr error) {
  const std::shared_ptr<State> held = state_;
  State& state = *held;
  state.exiting = true;
  if (state.base_error == nullptr && internal::ends_loop(error)) state.base_error = error;
  const bool cancelled = is_cancellation(error);
  std::exception_ptr propagate = cancelled ? error : nullptr;
  if (error != nullptr && !state.aborting) state.abort();

  std::exception_ptr pending;  // The last cancellation that came while it waited.
  while (!state.tasks.empty()) {
    if (!state.all_done.has_value()) state.all_done = state.loop->create_future<void>();
    bool come = false;
    try {
      co_await *state.all_done;
    } catch (const CancelledError&) {
      pending = std::current_exception();
      come = true;
    }
    if (come && !state.aborting) {
      propagate = pending;
      state.abort();
    }
    state.all_done.reset();
  }

  // What is not needed any more goes with this, whichever way it ends: exceptions may hold much.
  const std::vector<std::exception_ptr> errors = std::exchange(state.errors, {});
  AnyTask parent = *std::exchange(state.parent, std::nullopt);
  if (const std::exception_ptr base_error = std::exchange(state.base_error, nullptr)) {
    for (const std::exception_ptr& lost : errors) {
      if (lost == base_error) continue;
      state.loop->call_exception_handler(
          {.message = "TaskGroup task exception was not propagated because the group is left with another one",
           .exception = lost});
    }
    std::rethrow_exception(base_error);
  }
  if (state.parent_cancel_requested) {
    if (parent.uncancel() == 0) {
      propagate = nullptr;
    } else if (propagate == nullptr) {
      propagate = pending;
    }
  }
  if (propagate != nullptr && errors.empty()) std::rethrow_exception(propagate);
  std::vector<std::exception_ptr> all = errors;
  if (error != nullptr && !cancelled) all.push_back(error);
  if (!all.empty()) {
    if (parent.cancelling() > 0) {  // Keeps the count, and makes it due.
      parent.uncancel();
      parent.cancel();
    }
    throw ExceptionGroup("unhandled errors in a TaskGroup", std::move(all));
  }
  co_return true;
}

std::ostream& operator<<(std::ostream& stream, const TaskGroup& group) { return stream << group.state_->repr(); }

}  // namespace skein::inline v0::asyncio
