// skein/asyncio/task.h - a coroutine that the loop drives. Python: asyncio.Task, create_task, current_task, all_tasks.
#ifndef SKEIN_ASYNCIO_TASK_H_
#define SKEIN_ASYNCIO_TASK_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/future.h>
#include <skein/asyncio/internal/task_core.h>
#include <skein/core/context.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::asyncio {

class AnyCoroutine;

// One line of a task's stack: a coroutine function, and where it awaits.
struct StackFrame {
  std::string function;
  std::string file;
  std::uint_least32_t line = 0;
};

// The keyword arguments of create_task. Nothing here owns anything: `name` is copied, `context` shared, in the call.
struct TaskOptions {
  std::string_view name = {};                     // Empty: "Task-N".
  const contextvars::Context* context = nullptr;  // nullptr: a copy of the current one.
  // Python 3.14: the coroutine runs at once to its first wait, in create_task(), if the loop is running.
  bool eager_start = false;
};

// What every handle of a task has beside a future's members.
template <class Handle>
class TaskMembers {
 public:
  // Python: Task.cancelling(). How many times cancel() was called, less the calls of uncancel().
  [[nodiscard]] std::uint32_t cancelling() const { return task().cancelling(); }
  // Python: Task.uncancel(). Takes one cancel() back, for who has dealt with it; returns how many are left. At zero, a
  // cancellation that has not been thrown yet is forgotten.
  std::uint32_t uncancel() const { return task().uncancel(); }
  [[nodiscard]] std::string get_name() const { return task().name(); }
  void set_name(std::string value) const { task().set_name(std::move(value)); }
  [[nodiscard]] contextvars::Context get_context() const { return task().context(); }
  // The name of the coroutine function; Python gives the coroutine itself.
  [[nodiscard]] std::string get_coro() const;
  // The coroutines that await one another, the outermost first; of a task that is running, that one; empty when it is
  // done. Python gives one frame.
  [[nodiscard]] std::vector<StackFrame> get_stack(std::optional<std::size_t> limit = std::nullopt) const;
  // Writes that, as Python does; to stderr by default.
  void print_stack(std::optional<std::size_t> limit = std::nullopt) const;
  void print_stack(std::optional<std::size_t> limit, std::ostream& file) const;

 private:
  [[nodiscard]] internal::LoopTask& task() const {
    return *internal::LoopAccess::core(static_cast<const Handle&>(*this)).as_task();
  }
};

// A task of any type: what current_task() and all_tasks() give.
class SKEIN_API AnyTask : public AnyFuture, public TaskMembers<AnyTask> {
 public:
  // Python: asyncio.Task(coro, loop=loop, name=None, context=None, eager_start=False), for task factories. The loop's
  // own factory is not asked. Errors: RuntimeError ("Event loop is closed").
  AnyTask(const EventLoop& loop, AnyCoroutine coro, const TaskOptions& options = {});
  // Errors: TypeError if its results are of another type.
  template <class T>
  [[nodiscard]] Task<T> get() const;

 private:
  friend struct internal::LoopAccess;
  using AnyFuture::AnyFuture;
};

// A coroutine that runs in the loop, from the next round on. A handle: copies refer to the same task.
//
// Lifetime: the loop holds a task until it is done (CPython's holds it weakly: python/cpython#91887).
// cancel(): true if it is pending. CancelledError is thrown where it waits, soon; what it waits for is cancelled. One
//           that has not begun never does. A task that catches it and goes on is not cancelled, but cancelling() tells.
template <class T>
class Task : public Future<T>, public TaskMembers<Task<T>> {
 public:
  // As a future's, with the task's own handle.
  template <class F>
    requires std::invocable<F, Task<T>> || std::invocable<F, Future<T>> || std::invocable<F, AnyFuture>
  void add_done_callback(F&& function, CallOptions options = {}) const {
    if constexpr (std::invocable<F, Task<T>>) {
      this->template add_callback<Task<T>>(std::forward<F>(function), options);
    } else {
      Future<T>::add_done_callback(std::forward<F>(function), options);
    }
  }
  // Of the loop that the task belongs to. NOLINTNEXTLINE(google-explicit-constructor)
  operator AnyTask() const { return internal::LoopAccess::handle<AnyTask>(this->core_or_throw()); }

 private:
  friend struct internal::LoopAccess;
  explicit Task(internal::CoreRef<internal::LoopFuture> core) noexcept : Future<T>(std::move(core)) {}
};

template <class T>
Task<T> AnyTask::get() const {
  return internal::LoopAccess::handle<Task<T>>(internal::CoreRef<internal::LoopFuture>(
      internal::CoreRef<internal::LoopFuture>::share(&internal::LoopAccess::core(AnyFuture::get<T>()))));
}

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

template <class T>
class TypedLoopTask final : public StoredFuture<LoopTask, T> {
 public:
  explicit TypedLoopTask(LoopCore& loop) : StoredFuture<LoopTask, T>(loop) {}

 private:
  std::exception_ptr harvest(FrameBase& root) override {
    auto& promise = static_cast<Promise<T>&>(root);
    if (promise.error) return std::move(promise.error);
    try {
      promise.move_to(this->place());
    } catch (...) {
      return std::current_exception();
    }
    return nullptr;
  }
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// A coroutine of any type that is to become a task: what a task factory gets.
class SKEIN_API AnyCoroutine {
 public:
  template <class T>
  explicit AnyCoroutine(Coroutine<T> coroutine)
      : owner_(coroutine.unstarted_frame()),
        make_([](internal::LoopCore& loop) -> internal::LoopTask* { return new internal::TypedLoopTask<T>(loop); }) {}
  AnyCoroutine(AnyCoroutine&&) noexcept = default;
  AnyCoroutine& operator=(AnyCoroutine&&) noexcept = default;
  // Python: coroutine.close().
  void close() noexcept;

 private:
  friend class AnyTask;
  internal::CoroutineOwner owner_;
  internal::LoopTask* (*make_)(internal::LoopCore& loop);
};

// Python: what loop.set_task_factory() takes. Makes the task by AnyTask(loop, coro, options), or has another factory do
// it; the task's results must be of the coroutine's type. `options` are those of create_task().
using TaskFactory = std::function<AnyTask(EventLoop loop, AnyCoroutine coro, TaskOptions options)>;

// Python: asyncio.eager_task_factory. Every task runs at once to its first wait.
[[nodiscard]] SKEIN_API AnyTask eager_task_factory(EventLoop loop, AnyCoroutine coro, TaskOptions options);
// Python: asyncio.create_eager_task_factory(custom_task_constructor). The same by another maker of tasks, which is
// asked with eager_start set. Errors: ValueError if it is empty.
[[nodiscard]] SKEIN_API TaskFactory create_eager_task_factory(TaskFactory custom_task_constructor);

// Not for users: how create_task() asks the loop's factory.
SKEIN_API AnyTask make_by_factory(internal::LoopCore& loop, AnyCoroutine coro, const TaskOptions& options);

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// Takes the frame, and gives a reference to the task.
inline CoreRef<LoopFuture> start_task(LoopTask* made, CoroutineOwner frame, const asyncio::TaskOptions& options) {
  auto held = CoreRef<LoopFuture>::adopt(made);
  auto loops = CoreRef<LoopFuture>::adopt(made);  // The loop's reference, which has it if memory does not run out here.
  ContextSlot context = options.context != nullptr ? ContextSlot(*options.context) : ContextSlot::copy_current();
  made->take_name(options.name);
  static_cast<void>(loops.release());
  made->start(frame.release(), std::move(context), options.eager_start);
  return held;
}

template <class T>
asyncio::Task<T> make_task(LoopCore& loop, const asyncio::TaskOptions& options, asyncio::Coroutine<T> coroutine) {
  loop.require_open();
  if (loop.has_task_factory()) [[unlikely]]
    return asyncio::make_by_factory(loop, asyncio::AnyCoroutine(std::move(coroutine)), options).template get<T>();
  CoroutineOwner frame(coroutine.release_frame());
  auto* const task = new TypedLoopTask<T>(loop);
  return LoopAccess::handle<asyncio::Task<T>>(start_task(task, std::move(frame), options));
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: asyncio.create_task(coro, *, name=None, context=None). The coroutine begins in the loop's next round.
// The second form calls function(args...) with copies in the task, which keeps them: so a lambda may have captures.
// Errors: RuntimeError ("no running event loop").
template <class T>
Task<T> create_task(Coroutine<T> coroutine) {
  return internal::make_task(internal::LoopCore::running(), {}, std::move(coroutine));
}
template <class T>
Task<T> create_task(TaskOptions options, Coroutine<T> coroutine) {
  return internal::make_task(internal::LoopCore::running(), options, std::move(coroutine));
}
template <class F, class... Args>
  requires internal::CoroutineFunction<F, Args...>
auto create_task(F&& function, Args&&... args) {
  return create_task(internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
}
template <class F, class... Args>
  requires internal::CoroutineFunction<F, Args...>
auto create_task(TaskOptions options, F&& function, Args&&... args) {
  return create_task(options, internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
}

// The same of whatever else can be awaited and is no future: queue.get(), lock.acquire().
template <class A>
  requires(internal::Awaitable<A> && !internal::kIsCoroutine<std::remove_cvref_t<A>> &&
           !std::derived_from<std::remove_cvref_t<A>, AnyFuture>)
auto create_task(A&& awaitable) {
  return create_task(internal::await_it<std::decay_t<A>>(std::forward<A>(awaitable)));
}
template <class A>
  requires(internal::Awaitable<A> && !internal::kIsCoroutine<std::remove_cvref_t<A>> &&
           !std::derived_from<std::remove_cvref_t<A>, AnyFuture>)
auto create_task(TaskOptions options, A&& awaitable) {
  return create_task(options, internal::await_it<std::decay_t<A>>(std::forward<A>(awaitable)));
}

// Python: asyncio.current_task(). Empty (Python: None) in a callback that is no task's.
// Errors: RuntimeError ("no running event loop").
[[nodiscard]] SKEIN_API std::optional<AnyTask> current_task();
// Of this loop; empty as well if another thread runs it, or nobody.
[[nodiscard]] SKEIN_API std::optional<AnyTask> current_task(const EventLoop& loop);
// Python: asyncio.all_tasks(). Those of the running loop that are not done, the oldest first.
// Errors: RuntimeError ("no running event loop").
[[nodiscard]] SKEIN_API std::vector<AnyTask> all_tasks();
[[nodiscard]] SKEIN_API std::vector<AnyTask> all_tasks(const EventLoop& loop);

// Python: asyncio.ensure_future. A future or task as it is; anything else that can be awaited as a new task.
template <class T>
Future<T> ensure_future(Future<T> future) {
  return future;
}
template <class T>
Task<T> ensure_future(Task<T> task) {
  return task;
}
inline AnyFuture ensure_future(AnyFuture future) { return future; }
inline AnyTask ensure_future(AnyTask task) { return task; }
template <class T>
Task<T> ensure_future(Coroutine<T> coroutine) {
  return create_task(std::move(coroutine));
}
template <class A>
  requires(internal::Awaitable<A> && !internal::kIsCoroutine<std::remove_cvref_t<A>> &&
           !std::derived_from<std::remove_cvref_t<A>, AnyFuture>)
auto ensure_future(A&& awaitable) {
  return create_task(std::forward<A>(awaitable));
}

}  // namespace skein::inline v0::asyncio

template <>
struct std::hash<skein::asyncio::AnyTask> : std::hash<skein::asyncio::AnyFuture> {};
template <class T>
struct std::hash<skein::asyncio::Task<T>> : std::hash<skein::asyncio::AnyFuture> {};

namespace skein::inline v0::asyncio {

namespace task_texts {
// Not for users: what get_coro(), get_stack() and print_stack() of a Task are made of.
SKEIN_API std::string coroutine_name(const internal::LoopTask& task);
SKEIN_API std::vector<StackFrame> stack(const internal::LoopTask& task, std::optional<std::size_t> limit);
SKEIN_API void print_stack(const internal::LoopTask& task, std::optional<std::size_t> limit, std::ostream* file);
}  // namespace task_texts

template <class Handle>
std::string TaskMembers<Handle>::get_coro() const {
  return task_texts::coroutine_name(task());
}
template <class Handle>
std::vector<StackFrame> TaskMembers<Handle>::get_stack(std::optional<std::size_t> limit) const {
  return task_texts::stack(task(), limit);
}
template <class Handle>
void TaskMembers<Handle>::print_stack(std::optional<std::size_t> limit) const {
  task_texts::print_stack(task(), limit, nullptr);
}
template <class Handle>
void TaskMembers<Handle>::print_stack(std::optional<std::size_t> limit, std::ostream& file) const {
  task_texts::print_stack(task(), limit, &file);
}

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_TASK_H_
