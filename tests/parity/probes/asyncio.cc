// Calls every name of Python's asyncio with Python's signature.
#include <skein/asyncio.h>
#include <skein/futures.h>

#include <concepts>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "probe.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;

namespace {
using skein::None;
using Context = skein::contextvars::Context;
using Handler = asyncio::ExceptionHandler;
using Tasks = std::vector<asyncio::Task<int>>;
asyncio::Coroutine<int> number(int x) { co_return x; }
int sum(int x, int y) { return x + y; }
void nothing() {}
void take(int, int) {}
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

// probe: asyncio.AbstractEventLoop
void loop(asyncio::AbstractEventLoop& one, const asyncio::AbstractEventLoop& other) { returns<bool>(one == other); }

// probe: asyncio.AbstractEventLoop.add_reader
void loop_add_reader(asyncio::AbstractEventLoop& any) {
  any.add_reader(0, nothing);
  any.add_reader(0, take, 1, 2);
}

// probe: asyncio.AbstractEventLoop.add_signal_handler
void loop_add_signal_handler(asyncio::AbstractEventLoop& any) {
  any.add_signal_handler(SIGINT, nothing);
  any.add_signal_handler(SIGINT, take, 1, 2);
}

// probe: asyncio.AbstractEventLoop.add_writer
void loop_add_writer(asyncio::AbstractEventLoop& any) {
  any.add_writer(0, nothing);
  any.add_writer(0, take, 1, 2);
}

// probe: asyncio.AbstractEventLoop.call_at
void loop_call_at(asyncio::AbstractEventLoop& any, Context& context) {
  returns<asyncio::TimerHandle>(any.call_at(1.5, nothing));
  returns<asyncio::TimerHandle>(any.call_at(1.5, take, 1, 2));
  returns<asyncio::TimerHandle>(any.call_at(1.5, {.context = &context}, take, 1, 2));
}

// probe: asyncio.AbstractEventLoop.call_exception_handler
void loop_call_exception_handler(asyncio::AbstractEventLoop& any, const asyncio::ExceptionContext& context) {
  any.call_exception_handler(context);
}

// probe: asyncio.AbstractEventLoop.call_later
void loop_call_later(asyncio::AbstractEventLoop& any, Context& context) {
  returns<asyncio::TimerHandle>(any.call_later(1.5, nothing));
  returns<asyncio::TimerHandle>(any.call_later(1.5, take, 1, 2));
  returns<asyncio::TimerHandle>(any.call_later(1.5, {.context = &context}, take, 1, 2));
}

// probe: asyncio.AbstractEventLoop.call_soon
void loop_call_soon(asyncio::AbstractEventLoop& any, Context& context) {
  returns<asyncio::Handle>(any.call_soon(nothing));
  returns<asyncio::Handle>(any.call_soon(take, 1, 2));
  returns<asyncio::Handle>(any.call_soon({.context = &context}, take, 1, 2));
}

// probe: asyncio.AbstractEventLoop.call_soon_threadsafe
void loop_call_soon_threadsafe(asyncio::AbstractEventLoop& any, Context& context) {
  returns<asyncio::Handle>(any.call_soon_threadsafe(nothing));
  returns<asyncio::Handle>(any.call_soon_threadsafe(take, 1, 2));
  returns<asyncio::Handle>(any.call_soon_threadsafe({.context = &context}, take, 1, 2));
}

// probe: asyncio.AbstractEventLoop.close
void loop_close(asyncio::AbstractEventLoop& any) { any.close(); }

// probe: asyncio.AbstractEventLoop.create_future
void loop_create_future(asyncio::AbstractEventLoop& any) {
  returns<asyncio::Future<void>>(any.create_future());
  returns<asyncio::Future<int>>(any.create_future<int>());
}

// probe: asyncio.AbstractEventLoop.create_task
void loop_create_task(asyncio::AbstractEventLoop& any, Context& context) {
  returns<asyncio::Task<int>>(any.create_task(number(1)));
  returns<asyncio::Task<int>>(any.create_task({.name = "x", .context = &context}, number(1)));
  returns<asyncio::Task<int>>(any.create_task(number, 1));
  returns<asyncio::Task<int>>(any.create_task({.name = "x", .context = &context}, number, 1));
}

// probe: asyncio.AbstractEventLoop.default_exception_handler
void loop_default_exception_handler(asyncio::AbstractEventLoop& any, const asyncio::ExceptionContext& context) {
  any.default_exception_handler(context);
}

// probe: asyncio.AbstractEventLoop.get_debug
void loop_get_debug(asyncio::AbstractEventLoop& any) { returns<bool>(any.get_debug()); }

// probe: asyncio.AbstractEventLoop.get_exception_handler
void loop_get_exception_handler(asyncio::AbstractEventLoop& any) { returns<Handler>(any.get_exception_handler()); }

// probe: asyncio.AbstractEventLoop.is_closed
void loop_is_closed(asyncio::AbstractEventLoop& any) { returns<bool>(any.is_closed()); }

// probe: asyncio.AbstractEventLoop.is_running
void loop_is_running(asyncio::AbstractEventLoop& any) { returns<bool>(any.is_running()); }

// probe: asyncio.AbstractEventLoop.remove_reader
void loop_remove_reader(asyncio::AbstractEventLoop& any) { returns<bool>(any.remove_reader(0)); }

// probe: asyncio.AbstractEventLoop.remove_signal_handler
void loop_remove_signal_handler(asyncio::AbstractEventLoop& any) { returns<bool>(any.remove_signal_handler(SIGINT)); }

// probe: asyncio.AbstractEventLoop.remove_writer
void loop_remove_writer(asyncio::AbstractEventLoop& any) { returns<bool>(any.remove_writer(0)); }

// probe: asyncio.AbstractEventLoop.run_forever
void loop_run_forever(asyncio::AbstractEventLoop& any) { any.run_forever(); }

// probe: asyncio.AbstractEventLoop.run_in_executor
void loop_run_in_executor(asyncio::AbstractEventLoop& any, futures::Executor& executor) {
  returns<asyncio::Future<void>>(any.run_in_executor(None, nothing));
  returns<asyncio::Future<int>>(any.run_in_executor(executor, sum, 1, 2));
}

// probe: asyncio.AbstractEventLoop.run_until_complete
void loop_run_until_complete(asyncio::AbstractEventLoop& any, asyncio::Future<int>& made, asyncio::Task<int>& task) {
  returns<int>(any.run_until_complete(made));
  returns<int>(any.run_until_complete(task));
  returns<int>(any.run_until_complete(number(1)));
}

// probe: asyncio.AbstractEventLoop.set_debug
void loop_set_debug(asyncio::AbstractEventLoop& any) { any.set_debug(true); }

// probe: asyncio.AbstractEventLoop.set_default_executor
void loop_set_default_executor(asyncio::AbstractEventLoop& any) {
  any.set_default_executor(std::make_shared<futures::ThreadPoolExecutor>());
}

// probe: asyncio.AbstractEventLoop.set_exception_handler
void loop_set_exception_handler(asyncio::AbstractEventLoop& any, Handler handler) {
  any.set_exception_handler(handler);
  any.set_exception_handler(nullptr);
}

// probe: asyncio.AbstractEventLoop.shutdown_default_executor
void loop_shutdown_default_executor(asyncio::AbstractEventLoop& any) {
  returns<asyncio::Coroutine<>>(any.shutdown_default_executor());
  returns<asyncio::Coroutine<>>(any.shutdown_default_executor(1.5));
}

// probe: asyncio.AbstractEventLoop.stop
void loop_stop(asyncio::AbstractEventLoop& any) { any.stop(); }

// probe: asyncio.AbstractEventLoop.time
void loop_time(asyncio::AbstractEventLoop& any) { returns<double>(any.time()); }

// probe: asyncio.Future
void future() {
  asyncio::Future<int> made;
  returns<bool>(made == made);
}

// probe: asyncio.Future.add_done_callback
void future_add_done_callback(asyncio::Future<int>& made) {
  made.add_done_callback([](asyncio::Future<int> done) { static_cast<void>(done); });
}

// probe: asyncio.Future.cancel
void future_cancel(asyncio::Future<int>& made) {
  returns<bool>(made.cancel());
  returns<bool>(made.cancel("why"));
}

// probe: asyncio.Future.cancelled
void future_cancelled(asyncio::Future<int>& made) { returns<bool>(made.cancelled()); }

// probe: asyncio.Future.done
void future_done(asyncio::Future<int>& made) { returns<bool>(made.done()); }

// probe: asyncio.Future.exception
void future_exception(asyncio::Future<int>& made) { returns<std::exception_ptr>(made.exception()); }

// probe: asyncio.Future.get_loop
void future_get_loop(asyncio::Future<int>& made) { returns<asyncio::EventLoop>(made.get_loop()); }

// probe: asyncio.Future.remove_done_callback
void future_remove_done_callback(asyncio::Future<int>& made, void (*callback)(asyncio::Future<int>)) {
  returns<std::size_t>(made.remove_done_callback(callback));
}

// probe: asyncio.Future.result
void future_result(asyncio::Future<int>& made) { returns<int>(made.result()); }

// probe: asyncio.Future.set_exception
void future_set_exception(asyncio::Future<int>& made) { made.set_exception(skein::ValueError("why")); }

// probe: asyncio.Future.set_result
void future_set_result(asyncio::Future<int>& made) { made.set_result(1); }

// probe: asyncio.Handle
void handle(asyncio::Handle& one, const asyncio::Handle& other) { returns<bool>(one == other); }

// probe: asyncio.Handle.cancel
void handle_cancel(asyncio::Handle& any) { any.cancel(); }

// probe: asyncio.Handle.cancelled
void handle_cancelled(asyncio::Handle& any) { returns<bool>(any.cancelled()); }

// probe: asyncio.Handle.get_context
void handle_get_context(asyncio::Handle& any) { returns<Context>(any.get_context()); }

// probe: asyncio.Runner
void runner() {
  asyncio::Runner plain;
  asyncio::Runner keywords({.debug = true, .loop_factory = asyncio::new_event_loop});
}

// probe: asyncio.Runner.close
void runner_close(asyncio::Runner& any) { any.close(); }

// probe: asyncio.Runner.get_loop
void runner_get_loop(asyncio::Runner& any) { returns<asyncio::EventLoop>(any.get_loop()); }

// probe: asyncio.Runner.run
void runner_run(asyncio::Runner& any, const Context& context) {
  returns<int>(any.run(number(1)));
  returns<int>(any.run(context, number(1)));
}

// probe: asyncio.Task
void task(asyncio::Task<int>& one, const asyncio::Task<int>& other) {
  static_assert(std::derived_from<asyncio::Task<int>, asyncio::Future<int>>);
  returns<bool>(one == other);
}

// probe: asyncio.Task.add_done_callback
void task_add_done_callback(asyncio::Task<int>& made) {
  made.add_done_callback([](asyncio::Task<int> done) { static_cast<void>(done); });
}

// probe: asyncio.Task.cancel
void task_cancel(asyncio::Task<int>& made) {
  returns<bool>(made.cancel());
  returns<bool>(made.cancel("why"));
}

// probe: asyncio.Task.cancelled
void task_cancelled(asyncio::Task<int>& made) { returns<bool>(made.cancelled()); }

// probe: asyncio.Task.cancelling
void task_cancelling(asyncio::Task<int>& made) { returns<std::uint32_t>(made.cancelling()); }

// probe: asyncio.Task.done
void task_done(asyncio::Task<int>& made) { returns<bool>(made.done()); }

// probe: asyncio.Task.exception
void task_exception(asyncio::Task<int>& made) { returns<std::exception_ptr>(made.exception()); }

// probe: asyncio.Task.get_context
void task_get_context(asyncio::Task<int>& made) { returns<Context>(made.get_context()); }

// probe: asyncio.Task.get_coro
void task_get_coro(asyncio::Task<int>& made) { returns<std::string>(made.get_coro()); }

// probe: asyncio.Task.get_loop
void task_get_loop(asyncio::Task<int>& made) { returns<asyncio::EventLoop>(made.get_loop()); }

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

// probe: asyncio.Task.remove_done_callback
void task_remove_done_callback(asyncio::Task<int>& made, void (*callback)(asyncio::Task<int>)) {
  returns<std::size_t>(made.remove_done_callback(callback));
}

// probe: asyncio.Task.result
void task_result(asyncio::Task<int>& made) { returns<int>(made.result()); }

// probe: asyncio.Task.set_exception
void task_set_exception(asyncio::Task<int>& made) { made.set_exception(skein::ValueError("why")); }

// probe: asyncio.Task.set_name
void task_set_name(asyncio::Task<int>& made) { made.set_name("x"); }

// probe: asyncio.Task.set_result
void task_set_result(asyncio::Task<int>& made) { made.set_result(1); }

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

// probe: asyncio.TimerHandle
void timer_handle(asyncio::TimerHandle& one) {
  static_assert(std::derived_from<asyncio::TimerHandle, asyncio::Handle>);
  returns<bool>(one == one);
}

// probe: asyncio.TimerHandle.cancel
void timer_handle_cancel(asyncio::TimerHandle& any) { any.cancel(); }

// probe: asyncio.TimerHandle.cancelled
void timer_handle_cancelled(asyncio::TimerHandle& any) { returns<bool>(any.cancelled()); }

// probe: asyncio.TimerHandle.get_context
void timer_handle_get_context(asyncio::TimerHandle& any) { returns<Context>(any.get_context()); }

// probe: asyncio.TimerHandle.when
void timer_handle_when(asyncio::TimerHandle& any) { returns<double>(any.when()); }

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

// probe: asyncio.get_event_loop
void call_get_event_loop() { returns<asyncio::EventLoop>(asyncio::get_event_loop()); }

// probe: asyncio.get_running_loop
void call_get_running_loop() { returns<asyncio::EventLoop>(asyncio::get_running_loop()); }

// probe: asyncio.iscoroutine
void call_iscoroutine(asyncio::Coroutine<int>& coroutine) { returns<bool>(asyncio::iscoroutine(coroutine)); }

// probe: asyncio.isfuture
void call_isfuture(asyncio::Future<int>& made) { returns<bool>(asyncio::isfuture(made)); }

// probe: asyncio.new_event_loop
void call_new_event_loop() { returns<asyncio::EventLoop>(asyncio::new_event_loop()); }

// probe: asyncio.run
void call_run() {
  returns<int>(asyncio::run(number(1)));
  returns<int>(asyncio::run({.debug = true, .loop_factory = asyncio::new_event_loop}, number(1)));
  returns<int>(asyncio::run(number, 1));
}

// probe: asyncio.run_coroutine_threadsafe
void call_run_coroutine_threadsafe(asyncio::EventLoop& any) {
  returns<futures::Future<int>>(asyncio::run_coroutine_threadsafe(number(1), any));
}

// probe: asyncio.set_event_loop
void call_set_event_loop(asyncio::EventLoop& any) {
  asyncio::set_event_loop(any);
  asyncio::set_event_loop(None);
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

// probe: asyncio.AbstractEventLoop.get_task_factory
void get_task_factory(asyncio::AbstractEventLoop& loop) {
  asyncio::EventLoop any = loop;
  returns<asyncio::TaskFactory>(any.get_task_factory());
}

// probe: asyncio.AbstractEventLoop.set_task_factory
void set_task_factory(asyncio::AbstractEventLoop& any, asyncio::TaskFactory factory) { any.set_task_factory(factory); }

// probe: asyncio.AbstractEventLoop.shutdown_asyncgens
void shutdown_asyncgens(asyncio::AbstractEventLoop& any) { returns<asyncio::Coroutine<>>(any.shutdown_asyncgens()); }

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

// probe: asyncio.Lock
void lock() { asyncio::Lock made; }

// probe: asyncio.Lock.acquire
asyncio::Coroutine<> lock_acquire(asyncio::Lock& made) { returns<bool>(co_await made.acquire()); }

// probe: asyncio.Lock.locked
void lock_locked(asyncio::Lock& made) { returns<bool>(made.locked()); }

// probe: asyncio.Lock.release
void lock_release(asyncio::Lock& made) { made.release(); }

// probe: asyncio.Event
void event() { asyncio::Event made; }

// probe: asyncio.Event.clear
void event_clear(asyncio::Event& made) { made.clear(); }

// probe: asyncio.Event.is_set
void event_is_set(asyncio::Event& made) { returns<bool>(made.is_set()); }

// probe: asyncio.Event.set
void event_set(asyncio::Event& made) { made.set(); }

// probe: asyncio.Event.wait
asyncio::Coroutine<> event_wait(asyncio::Event& made) { returns<bool>(co_await made.wait()); }

// probe: asyncio.Condition
void condition(asyncio::Lock& lock) {
  asyncio::Condition own;
  asyncio::Condition over(lock);
}

// probe: asyncio.Condition.notify
void condition_notify(asyncio::Condition& made) {
  made.notify();
  made.notify(2);
}

// probe: asyncio.Condition.notify_all
void condition_notify_all(asyncio::Condition& made) { made.notify_all(); }

// probe: asyncio.Condition.wait
asyncio::Coroutine<> condition_wait(asyncio::Condition& made) { returns<bool>(co_await made.wait()); }

// probe: asyncio.Condition.wait_for
asyncio::Coroutine<> condition_wait_for(asyncio::Condition& made) {
  returns<bool>(co_await made.wait_for([] { return true; }));
  returns<int>(co_await made.wait_for([] { return 5; }));
}

// probe: asyncio.Semaphore
void semaphore() {
  asyncio::Semaphore one;
  asyncio::Semaphore several(5);
}

// probe: asyncio.Semaphore.acquire
asyncio::Coroutine<> semaphore_acquire(asyncio::Semaphore& made) { returns<bool>(co_await made.acquire()); }

// probe: asyncio.Semaphore.locked
void semaphore_locked(asyncio::Semaphore& made) { returns<bool>(made.locked()); }

// probe: asyncio.Semaphore.release
void semaphore_release(asyncio::Semaphore& made) { made.release(); }

// probe: asyncio.BoundedSemaphore
void bounded_semaphore() {
  asyncio::BoundedSemaphore one;
  asyncio::BoundedSemaphore several(5);
}

// probe: asyncio.BoundedSemaphore.acquire
asyncio::Coroutine<> bounded_semaphore_acquire(asyncio::BoundedSemaphore& made) {
  returns<bool>(co_await made.acquire());
}

// probe: asyncio.BoundedSemaphore.locked
void bounded_semaphore_locked(asyncio::BoundedSemaphore& made) { returns<bool>(made.locked()); }

// probe: asyncio.BoundedSemaphore.release
void bounded_semaphore_release(asyncio::BoundedSemaphore& made) { made.release(); }

// probe: asyncio.Barrier
void barrier() { asyncio::Barrier made(2); }

// probe: asyncio.Barrier.abort
asyncio::Coroutine<> barrier_abort(asyncio::Barrier& made) { co_await made.abort(); }

// probe: asyncio.Barrier.broken
void barrier_broken(asyncio::Barrier& made) { returns<bool>(made.broken()); }

// probe: asyncio.Barrier.n_waiting
void barrier_n_waiting(asyncio::Barrier& made) { returns<std::int64_t>(made.n_waiting()); }

// probe: asyncio.Barrier.parties
void barrier_parties(asyncio::Barrier& made) { returns<std::int64_t>(made.parties()); }

// probe: asyncio.Barrier.reset
asyncio::Coroutine<> barrier_reset(asyncio::Barrier& made) { co_await made.reset(); }

// probe: asyncio.Barrier.wait
asyncio::Coroutine<> barrier_wait(asyncio::Barrier& made) { returns<std::int64_t>(co_await made.wait()); }

// probe: asyncio.BrokenBarrierError
void broken_barrier_error() {
  static_assert(std::derived_from<asyncio::BrokenBarrierError, std::exception>);
  try {
    throw asyncio::BrokenBarrierError("why");
  } catch (const asyncio::BrokenBarrierError& error) {
    returns<const char*>(error.what());
  }
}

// probe: asyncio.Queue
void queue() {
  asyncio::Queue<int> unbounded;
  asyncio::Queue<int> positional(10);
  asyncio::Queue<int> keyword({.maxsize = 10});
}

// probe: asyncio.Queue.empty
void queue_empty(asyncio::Queue<std::string>& q) { returns<bool>(q.empty()); }

// probe: asyncio.Queue.full
void queue_full(asyncio::Queue<std::string>& q) { returns<bool>(q.full()); }

// probe: asyncio.Queue.get
asyncio::Coroutine<> queue_get(asyncio::Queue<std::string>& q) { returns<std::string>(co_await q.get()); }

// probe: asyncio.Queue.get_nowait
void queue_get_nowait(asyncio::Queue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: asyncio.Queue.join
asyncio::Coroutine<> queue_join(asyncio::Queue<std::string>& q) { co_await q.join(); }

// probe: asyncio.Queue.maxsize
void queue_maxsize(asyncio::Queue<std::string>& q) { returns<std::int64_t>(q.maxsize()); }

// probe: asyncio.Queue.put
asyncio::Coroutine<> queue_put(asyncio::Queue<std::string>& q) { co_await q.put("item"); }

// probe: asyncio.Queue.put_nowait
void queue_put_nowait(asyncio::Queue<std::string>& q) { q.put_nowait("item"); }

// probe: asyncio.Queue.qsize
void queue_qsize(asyncio::Queue<std::string>& q) { returns<std::int64_t>(q.qsize()); }

// probe: asyncio.Queue.shutdown
void queue_shutdown(asyncio::Queue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: asyncio.Queue.task_done
void queue_task_done(asyncio::Queue<std::string>& q) { q.task_done(); }

// probe: asyncio.LifoQueue
void lifo() {
  asyncio::LifoQueue<int> unbounded;
  asyncio::LifoQueue<int> positional(10);
  asyncio::LifoQueue<int> keyword({.maxsize = 10});
}

// probe: asyncio.LifoQueue.empty
void lifo_empty(asyncio::LifoQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: asyncio.LifoQueue.full
void lifo_full(asyncio::LifoQueue<std::string>& q) { returns<bool>(q.full()); }

// probe: asyncio.LifoQueue.get
asyncio::Coroutine<> lifo_get(asyncio::LifoQueue<std::string>& q) { returns<std::string>(co_await q.get()); }

// probe: asyncio.LifoQueue.get_nowait
void lifo_get_nowait(asyncio::LifoQueue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: asyncio.LifoQueue.join
asyncio::Coroutine<> lifo_join(asyncio::LifoQueue<std::string>& q) { co_await q.join(); }

// probe: asyncio.LifoQueue.maxsize
void lifo_maxsize(asyncio::LifoQueue<std::string>& q) { returns<std::int64_t>(q.maxsize()); }

// probe: asyncio.LifoQueue.put
asyncio::Coroutine<> lifo_put(asyncio::LifoQueue<std::string>& q) { co_await q.put("item"); }

// probe: asyncio.LifoQueue.put_nowait
void lifo_put_nowait(asyncio::LifoQueue<std::string>& q) { q.put_nowait("item"); }

// probe: asyncio.LifoQueue.qsize
void lifo_qsize(asyncio::LifoQueue<std::string>& q) { returns<std::int64_t>(q.qsize()); }

// probe: asyncio.LifoQueue.shutdown
void lifo_shutdown(asyncio::LifoQueue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: asyncio.LifoQueue.task_done
void lifo_task_done(asyncio::LifoQueue<std::string>& q) { q.task_done(); }

// probe: asyncio.PriorityQueue
void priority() {
  asyncio::PriorityQueue<int> unbounded;
  asyncio::PriorityQueue<int> positional(10);
  asyncio::PriorityQueue<int> keyword({.maxsize = 10});
}

// probe: asyncio.PriorityQueue.empty
void priority_empty(asyncio::PriorityQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: asyncio.PriorityQueue.full
void priority_full(asyncio::PriorityQueue<std::string>& q) { returns<bool>(q.full()); }

// probe: asyncio.PriorityQueue.get
asyncio::Coroutine<> priority_get(asyncio::PriorityQueue<std::string>& q) { returns<std::string>(co_await q.get()); }

// probe: asyncio.PriorityQueue.get_nowait
void priority_get_nowait(asyncio::PriorityQueue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: asyncio.PriorityQueue.join
asyncio::Coroutine<> priority_join(asyncio::PriorityQueue<std::string>& q) { co_await q.join(); }

// probe: asyncio.PriorityQueue.maxsize
void priority_maxsize(asyncio::PriorityQueue<std::string>& q) { returns<std::int64_t>(q.maxsize()); }

// probe: asyncio.PriorityQueue.put
asyncio::Coroutine<> priority_put(asyncio::PriorityQueue<std::string>& q) { co_await q.put("item"); }

// probe: asyncio.PriorityQueue.put_nowait
void priority_put_nowait(asyncio::PriorityQueue<std::string>& q) { q.put_nowait("item"); }

// probe: asyncio.PriorityQueue.qsize
void priority_qsize(asyncio::PriorityQueue<std::string>& q) { returns<std::int64_t>(q.qsize()); }

// probe: asyncio.PriorityQueue.shutdown
void priority_shutdown(asyncio::PriorityQueue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: asyncio.PriorityQueue.task_done
void priority_task_done(asyncio::PriorityQueue<std::string>& q) { q.task_done(); }

// probe: asyncio.QueueEmpty
void queue_empty_error() {
  static_assert(std::derived_from<asyncio::QueueEmpty, std::exception>);
  try {
    throw asyncio::QueueEmpty();
  } catch (const asyncio::QueueEmpty& error) {
    returns<const char*>(error.what());
  }
}

// probe: asyncio.QueueFull
void queue_full_error() {
  static_assert(std::derived_from<asyncio::QueueFull, std::exception>);
  try {
    throw asyncio::QueueFull();
  } catch (const asyncio::QueueFull& error) {
    returns<const char*>(error.what());
  }
}

// probe: asyncio.QueueShutDown
void queue_shut_down_error() {
  static_assert(std::derived_from<asyncio::QueueShutDown, std::exception>);
  try {
    throw asyncio::QueueShutDown();
  } catch (const asyncio::QueueShutDown& error) {
    returns<const char*>(error.what());
  }
}
