// Calls the names of Python's asyncio with Python's signatures: coroutines, futures, tasks and what waits for them.
#include <skein/asyncio.h>
#include <skein/futures.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "probe.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;

namespace {
using skein::None;
using Context = skein::contextvars::Context;
using Tasks = std::vector<asyncio::Task<int>>;
asyncio::Coroutine<int> number(int x) { co_return x; }
int sum(int x, int y) { return x + y; }
void nothing() {}
}  // namespace

// probe: asyncio.ALL_COMPLETED
void all_completed() { returns<asyncio::ReturnWhen>(asyncio::ALL_COMPLETED); }

// probe: asyncio.FIRST_COMPLETED
void first_completed() { returns<asyncio::ReturnWhen>(asyncio::FIRST_COMPLETED); }

// probe: asyncio.FIRST_EXCEPTION
void first_exception() { returns<asyncio::ReturnWhen>(asyncio::FIRST_EXCEPTION); }

// probe: asyncio.CancelledError
void cancelled_error() {
  static_assert(!std::derived_from<asyncio::CancelledError, std::exception>);
  try {
    throw asyncio::CancelledError("why");
  } catch (const asyncio::CancelledError& error) {
    returns<std::string>(error.message());
  }
}

// probe: asyncio.InvalidStateError
void invalid_state_error() {
  static_assert(std::derived_from<asyncio::InvalidStateError, std::exception>);
  try {
    throw asyncio::InvalidStateError("why");
  } catch (const asyncio::InvalidStateError& error) {
    returns<const char*>(error.what());
  }
}

// probe: asyncio.TimeoutError
void timeout_error() {
  static_assert(std::same_as<asyncio::TimeoutError, skein::TimeoutError>);
  try {
    throw asyncio::TimeoutError();
  } catch (const asyncio::TimeoutError& error) {
    returns<const char*>(error.what());
  }
}

// probe: asyncio.Future
void future() {
  asyncio::Future<int> made;
  returns<bool>(made == made);
}

// probe: asyncio.{Future,Task}.add_done_callback
void future_add_done_callback(asyncio::Future<int>& made) {
  made.add_done_callback([](asyncio::Future<int> done) { static_cast<void>(done); });
}

// probe: asyncio.{Future,Task}.cancel
void future_cancel(asyncio::Future<int>& made) {
  returns<bool>(made.cancel());
  returns<bool>(made.cancel("why"));
}

// probe: asyncio.{Future,Task}.cancelled
void future_cancelled(asyncio::Future<int>& made) { returns<bool>(made.cancelled()); }

// probe: asyncio.{Future,Task}.done
void future_done(asyncio::Future<int>& made) { returns<bool>(made.done()); }

// probe: asyncio.{Future,Task}.exception
void future_exception(asyncio::Future<int>& made) { returns<std::exception_ptr>(made.exception()); }

// probe: asyncio.{Future,Task}.get_loop
void future_get_loop(asyncio::Future<int>& made) { returns<asyncio::EventLoop>(made.get_loop()); }

// probe: asyncio.{Future,Task}.remove_done_callback
void future_remove_done_callback(asyncio::Future<int>& made, void (*callback)(asyncio::Future<int>)) {
  returns<std::size_t>(made.remove_done_callback(callback));
}

// probe: asyncio.{Future,Task}.result
void future_result(asyncio::Future<int>& made) { returns<int>(made.result()); }

// probe: asyncio.{Future,Task}.set_exception
void future_set_exception(asyncio::Future<int>& made) { made.set_exception(skein::ValueError("why")); }

// probe: asyncio.{Future,Task}.set_result
void future_set_result(asyncio::Future<int>& made) { made.set_result(1); }

// probe: asyncio.Task
void task(asyncio::Task<int>& one, const asyncio::Task<int>& other) {
  static_assert(std::derived_from<asyncio::Task<int>, asyncio::Future<int>>);
  returns<bool>(one == other);
}

// probe: asyncio.Task.cancelling
void task_cancelling(asyncio::Task<int>& made) { returns<std::uint32_t>(made.cancelling()); }

// probe: asyncio.Task.get_context
void task_get_context(asyncio::Task<int>& made) { returns<Context>(made.get_context()); }

// probe: asyncio.Task.get_coro
void task_get_coro(asyncio::Task<int>& made) { returns<std::string>(made.get_coro()); }

// probe: asyncio.Task.get_name
void task_get_name(asyncio::Task<int>& made) { returns<std::string>(made.get_name()); }

// probe: asyncio.Task.get_stack
void task_get_stack(asyncio::Task<int>& made) {
  returns<std::vector<asyncio::StackFrame>>(made.get_stack());
  returns<std::vector<asyncio::StackFrame>>(made.get_stack(1));
}

// probe: asyncio.Task.print_stack
void task_print_stack(asyncio::Task<int>& made, std::ostream& file) {
  made.print_stack();
  made.print_stack(1);
  made.print_stack(1, file);
}

// probe: asyncio.Task.set_name
void task_set_name(asyncio::Task<int>& made) { made.set_name("x"); }

// probe: asyncio.Task.uncancel
void task_uncancel(asyncio::Task<int>& made) { returns<std::uint32_t>(made.uncancel()); }

// probe: asyncio.Timeout
void timeout_class() {
  asyncio::Timeout some(1.5);
  asyncio::Timeout none(std::nullopt);
}

// probe: asyncio.Timeout.expired
void timeout_expired(asyncio::Timeout& limit) { returns<bool>(limit.expired()); }

// probe: asyncio.Timeout.reschedule
void timeout_reschedule(asyncio::Timeout& limit) {
  limit.reschedule(1.5);
  limit.reschedule(None);
}

// probe: asyncio.Timeout.when
void timeout_when(asyncio::Timeout& limit) { returns<std::optional<double>>(limit.when()); }

// probe: asyncio.all_tasks
void call_all_tasks(const asyncio::EventLoop& any) {
  returns<std::vector<asyncio::AnyTask>>(asyncio::all_tasks());
  returns<std::vector<asyncio::AnyTask>>(asyncio::all_tasks(any));
}

// probe: asyncio.as_completed
void call_as_completed(Tasks& tasks) {
  for (auto& next : asyncio::as_completed(tasks)) returns<asyncio::Coroutine<int>>(next);
  returns<asyncio::AsCompleted<asyncio::Task<int>>>(asyncio::as_completed(tasks, {.timeout = 1.5}));
}

// probe: asyncio.create_task
void call_create_task(Context& context) {
  returns<asyncio::Task<int>>(asyncio::create_task(number(1)));
  returns<asyncio::Task<int>>(asyncio::create_task({.name = "x", .context = &context}, number(1)));
  returns<asyncio::Task<int>>(asyncio::create_task(number, 1));
  returns<asyncio::Task<int>>(asyncio::create_task({.name = "x", .context = &context}, number, 1));
}

// probe: asyncio.current_task
void call_current_task(const asyncio::EventLoop& any) {
  returns<std::optional<asyncio::AnyTask>>(asyncio::current_task());
  returns<std::optional<asyncio::AnyTask>>(asyncio::current_task(any));
}

// probe: asyncio.ensure_future
void call_ensure_future(asyncio::Future<int>& made, asyncio::Task<int>& task) {
  returns<asyncio::Future<int>>(asyncio::ensure_future(made));
  returns<asyncio::Task<int>>(asyncio::ensure_future(task));
  returns<asyncio::Task<int>>(asyncio::ensure_future(number(1)));
}

// probe: asyncio.gather
void call_gather(asyncio::Task<int>& task, Tasks& tasks) {
  using Two = std::tuple<asyncio::Outcome<int>, asyncio::Outcome<int>>;
  returns<asyncio::Future<std::tuple<>>>(asyncio::gather());
  returns<asyncio::Future<std::tuple<int, int>>>(asyncio::gather(task, number(1)));
  returns<asyncio::Future<std::vector<int>>>(asyncio::gather(tasks));
  returns<asyncio::Future<Two>>(asyncio::gather(asyncio::return_exceptions, task, number(1)));
}

// probe: asyncio.iscoroutine
void call_iscoroutine(asyncio::Coroutine<int>& coroutine) { returns<bool>(asyncio::iscoroutine(coroutine)); }

// probe: asyncio.isfuture
void call_isfuture(asyncio::Future<int>& made) { returns<bool>(asyncio::isfuture(made)); }

// probe: asyncio.run_coroutine_threadsafe
void call_run_coroutine_threadsafe(asyncio::EventLoop& any) {
  returns<futures::Future<int>>(asyncio::run_coroutine_threadsafe(number(1), any));
}

// probe: asyncio.shield
void call_shield(asyncio::Task<int>& task) { returns<asyncio::Future<int>>(asyncio::shield(task)); }

// probe: asyncio.sleep
asyncio::Coroutine<> call_sleep() {
  co_await asyncio::sleep(1.5);
  returns<int>(co_await asyncio::sleep(1.5, 1));
}

// probe: asyncio.timeout
void call_timeout() {
  returns<asyncio::Timeout>(asyncio::timeout(1.5));
  returns<asyncio::Timeout>(asyncio::timeout(None));
}

// probe: asyncio.timeout_at
void call_timeout_at() {
  returns<asyncio::Timeout>(asyncio::timeout_at(1.5));
  returns<asyncio::Timeout>(asyncio::timeout_at(None));
}

// probe: asyncio.to_thread
asyncio::Coroutine<> call_to_thread() {
  co_await asyncio::to_thread(nothing);
  returns<int>(co_await asyncio::to_thread(sum, 1, 2));
}

// probe: asyncio.wait
asyncio::Coroutine<> call_wait(Tasks& tasks) {
  auto [done, pending] = co_await asyncio::wait(tasks);
  returns<Tasks>(done);
  returns<Tasks>(pending);
  co_await asyncio::wait(tasks, {.timeout = 1.5, .return_when = asyncio::FIRST_COMPLETED});
}

// probe: asyncio.wait_for
asyncio::Coroutine<> call_wait_for(asyncio::Task<int>& task) {
  returns<int>(co_await asyncio::wait_for(task, 1.5));
  returns<int>(co_await asyncio::wait_for(number(1), None));
}

// probe: asyncio.wrap_future
void call_wrap_future(futures::Future<int>& made, asyncio::EventLoop& any) {
  returns<asyncio::Future<int>>(asyncio::wrap_future(made));
  returns<asyncio::Future<int>>(asyncio::wrap_future(made, any));
}

// probe: asyncio.create_eager_task_factory
void create_eager_task_factory(asyncio::TaskFactory constructor) {
  returns<asyncio::TaskFactory>(asyncio::create_eager_task_factory(constructor));
}

// probe: asyncio.eager_task_factory
void eager_task_factory(asyncio::EventLoop& any) {
  const Context context;
  returns<asyncio::AnyTask>(asyncio::eager_task_factory(any, asyncio::AnyCoroutine(number(1)), {}));
  returns<asyncio::AnyTask>(
      asyncio::eager_task_factory(any, asyncio::AnyCoroutine(number(1)), {.name = "n", .context = &context}));
}

// probe: asyncio.create_task(eager_start=)
void eager_start() { returns<asyncio::Task<int>>(asyncio::create_task({.eager_start = true}, number(1))); }

// probe: asyncio.TaskGroup
void task_group() { asyncio::TaskGroup group; }

// probe: asyncio.TaskGroup.create_task
void group_create_task(asyncio::TaskGroup& group) {
  const Context context;
  returns<asyncio::Task<int>>(group.create_task(number(1)));
  returns<asyncio::Task<int>>(group.create_task({.name = "n", .context = &context}, number(1)));
}

// probe: asyncio.TaskGroup.cancel
void group_cancel(asyncio::TaskGroup& group) { group.cancel(); }
