// skein/asyncio/taskgroup.h - tasks that begin and end together. Python: asyncio.TaskGroup.
#ifndef SKEIN_ASYNCIO_TASKGROUP_H_
#define SKEIN_ASYNCIO_TASKGROUP_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/future.h>
#include <skein/asyncio/task.h>
#include <skein/asyncio/timeouts.h>
#include <skein/core/exception_group.h>
#include <skein/core/export.h>

#include <concepts>
#include <exception>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

namespace skein::inline v0::asyncio {

// A group of tasks that is awaited as a whole. To be used by with():
//
//   co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
//     group.create_task(fetch, url);
//     group.create_task(fetch, other_url);
//     co_return;
//   });  // Both are through here.
//
// When a task fails, or the body does, the others and the body are cancelled; when all are through, leaving the group
// throws an ExceptionGroup of what failed ("unhandled errors in a TaskGroup"). Tasks that were cancelled do not count.
// A cancellation of the surrounding task cancels all, and goes on when they are through; failures go before it, and
// then it stays due, at the next await. KeyboardInterrupt and SystemExit leave as themselves.
//
// Threads:  the loop's own thread only.
// Lifetime: what a task of the group refers to may be the body's own, since none outlives the group. It moves, with the
//           tasks in it; one that was moved from answers with RuntimeError.
class SKEIN_API TaskGroup {
 public:
  TaskGroup();
  TaskGroup(TaskGroup&&) noexcept;
  TaskGroup& operator=(TaskGroup&&) = delete;
  ~TaskGroup();

  // As asyncio::create_task.
  // Errors: RuntimeError ("TaskGroup ... has not been entered"; "... is finished"; "... is shutting down"); the
  // coroutine is closed then.
  template <class T>
  Task<T> create_task(Coroutine<T> coroutine) {
    return create_task(TaskOptions{}, std::move(coroutine));
  }
  template <class T>
  Task<T> create_task(TaskOptions options, Coroutine<T> coroutine) {
    try {
      require_open();
    } catch (...) {
      coroutine.close();
      throw;
    }
    Task<T> task = loop().create_task(options, std::move(coroutine));
    adopt(task);
    return task;
  }
  template <class F, class... Args>
    requires internal::CoroutineFunction<F, Args...>
  auto create_task(F&& function, Args&&... args) {
    return create_task(TaskOptions{}, internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
  }
  template <class F, class... Args>
    requires internal::CoroutineFunction<F, Args...>
  auto create_task(TaskOptions options, F&& function, Args&&... args) {
    return create_task(options, internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...));
  }
  // Anything else is told what is missing.
  template <class F, class... Args>
    requires(!internal::kIsCoroutine<std::remove_cvref_t<F>> && !std::convertible_to<F, TaskOptions> &&
             !internal::CoroutineFunction<F, Args...>)
  void create_task(F&& /*function*/, Args&&... /*args*/) {
    static_assert(internal::CoroutineFunction<F, Args...>,
                  "skein: TaskGroup::create_task takes a Coroutine, or a function that returns one and its arguments");
  }
  // Python 3.15: cancels all tasks of the group and its body; the group is left without an error for that. Before it is
  // entered: as soon as it is. Nothing happens when it has been left, or the second time.
  void cancel();

  // `async with`. Errors of aenter: RuntimeError ("TaskGroup ... has already been entered"; "... cannot determine the
  // parent task"). Of aexit: ExceptionGroup, CancelledError, KeyboardInterrupt, SystemExit.
  [[nodiscard]] Coroutine<TaskGroup&> aenter();
  [[nodiscard]] Coroutine<bool> aexit(std::exception_ptr error);

  // As Python's repr: <TaskGroup tasks=2 entered>.
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const TaskGroup& group);

 private:
  struct State;
  [[nodiscard]] State& state() const;
  void require_open() const;
  [[nodiscard]] EventLoop loop() const;
  void adopt(const AnyTask& task);

  std::shared_ptr<State> state_;  // Shared with the callbacks of the tasks.
};

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_TASKGROUP_H_
