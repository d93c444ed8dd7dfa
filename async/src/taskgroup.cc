#include <skein/asyncio/errors.h>
#include <skein/asyncio/internal/waiting.h>
#include <skein/asyncio/taskgroup.h>
#include <skein/core/errors.h>

#include <list>
#include <optional>
#include <ostream>
#include <sstream>
#include <vector>

#include "loop.h"

namespace skein::inline v0::asyncio {

// Python: TaskGroup's members.
struct TaskGroup::State {
  std::optional<AnyTask> parent;  // From aenter to the end of aexit. No handle of the loop: that owns what owns this.
  std::list<AnyTask> tasks;       // In the order of their making. Each task's callback knows its place.
  std::vector<std::exception_ptr> errors;
  std::exception_ptr base_error;             // KeyboardInterrupt or SystemExit.
  internal::WaitLine all_done{"TaskGroup"};  // Who leaves the group, without a future that memory could lack for.
  bool entered = false;
  bool exiting = false;
  bool aborting = false;
  bool parent_cancel_requested = false;
  bool cancel_on_enter = false;

  [[nodiscard]] std::string repr() const;
  void abort();
  void cancel();
  void task_done(std::list<AnyTask>::iterator place);
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
  for (AnyTask& task : tasks) {
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

void TaskGroup::State::task_done(std::list<AnyTask>::iterator place) {
  const AnyTask task = std::move(*place);
  tasks.erase(place);
  if (tasks.empty()) all_done.wake_all();
  if (task.cancelled()) return;
  const std::exception_ptr error = task.exception();
  if (error == nullptr) return;
  errors.push_back(error);
  if (base_error == nullptr && internal::ends_loop(error)) base_error = error;
  if (!parent.has_value() || parent->done()) {
    std::ostringstream text;
    text << "Task " << task << " has errored out but its parent task ";
    if (parent.has_value()) text << *parent << " ";
    text << "is already completed";
    task.get_loop().call_exception_handler({.message = text.str(), .exception = error, .task = task});
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

TaskGroup::State& TaskGroup::state() const {
  if (state_ == nullptr) throw RuntimeError("the TaskGroup has been moved from");
  return *state_;
}

void TaskGroup::require_open() const {
  const State& it = state();
  if (!it.entered) throw RuntimeError("TaskGroup " + it.repr() + " has not been entered");
  if (it.exiting && it.tasks.empty()) throw RuntimeError("TaskGroup " + it.repr() + " is finished");
  if (it.aborting) throw RuntimeError("TaskGroup " + it.repr() + " is shutting down");
}

EventLoop TaskGroup::loop() const {
  const std::optional<AnyTask>& parent = state().parent;
  if (!parent.has_value()) throw RuntimeError("TaskGroup " + state().repr() + " is finished");
  return parent->get_loop();
}

void TaskGroup::adopt(const AnyTask& task) {
  std::list<AnyTask>& tasks = state_->tasks;
  auto place = tasks.end();
  try {
    // Where its failure goes: when it has failed there may be no memory for that.
    std::vector<std::exception_ptr>& errors = state_->errors;
    if (errors.capacity() <= errors.size() + tasks.size()) errors.reserve(2 * (errors.size() + tasks.size()) + 4);
    place = tasks.insert(tasks.end(), task);
    task.add_done_callback([state = state_, place](const AnyFuture&) { state->task_done(place); });
  } catch (...) {  // Out of memory: the group would wait for it for ever, or not at all.
    if (place != tasks.end()) tasks.erase(place);
    task.cancel();
    throw;
  }
  // One that began at once may have cancelled the group.
  if (state_->aborting && !task.done()) task.cancel();
}

void TaskGroup::cancel() { state().cancel(); }

Coroutine<TaskGroup&> TaskGroup::aenter() {
  State& it = state();
  if (it.entered) throw RuntimeError("TaskGroup " + it.repr() + " has already been entered");
  it.parent = current_task();
  if (!it.parent.has_value()) throw RuntimeError("TaskGroup " + it.repr() + " cannot determine the parent task");
  it.entered = true;
  if (it.cancel_on_enter) it.cancel();
  co_return *this;
}

Coroutine<bool> TaskGroup::aexit(std::exception_ptr error) {
  State& it = state();
  const std::shared_ptr<State> held = state_;
  it.exiting = true;
  if (it.base_error == nullptr && internal::ends_loop(error)) it.base_error = error;
  const bool cancelled = is_cancellation(error);
  std::exception_ptr propagate = cancelled ? error : nullptr;
  if (error != nullptr && !it.aborting) it.abort();

  std::exception_ptr pending;  // The last cancellation that came while it waited.
  while (!it.tasks.empty()) {
    internal::Waiting waiting;
    bool come = false;
    try {
      co_await internal::WaitIn(it.all_done, waiting);
    } catch (const CancelledError&) {
      pending = std::current_exception();
      come = true;
    }
    if (come && !it.aborting) {
      propagate = pending;
      it.abort();
    }
  }

  // What is not needed any more goes with this, whichever way it ends: exceptions may hold much.
  const std::vector<std::exception_ptr> errors = std::exchange(it.errors, {});
  std::optional<AnyTask> parent = std::exchange(it.parent, std::nullopt);  // Empty if it was never entered.
  if (const std::exception_ptr base_error = std::exchange(it.base_error, nullptr)) {
    for (const std::exception_ptr& lost : errors) {
      if (lost == base_error) continue;
      get_running_loop().call_exception_handler(
          {.message = "TaskGroup task exception was not propagated because the group is left with another one",
           .exception = lost});
    }
    std::rethrow_exception(base_error);
  }
  if (it.parent_cancel_requested && parent.has_value()) {
    if (parent->uncancel() == 0) {
      propagate = nullptr;
    } else if (propagate == nullptr) {
      propagate = pending;
    }
  }
  if (propagate != nullptr && errors.empty()) std::rethrow_exception(propagate);
  std::vector<std::exception_ptr> all = errors;
  if (error != nullptr && !cancelled) all.push_back(error);
  if (!all.empty()) {
    if (parent.has_value() && parent->cancelling() > 0) {  // Keeps the count, and makes it due.
      parent->uncancel();
      parent->cancel();
    }
    throw ExceptionGroup("unhandled errors in a TaskGroup", std::move(all));
  }
  co_return true;
}

std::ostream& operator<<(std::ostream& stream, const TaskGroup& group) { return stream << group.state().repr(); }

}  // namespace skein::inline v0::asyncio
