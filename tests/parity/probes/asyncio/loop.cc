// Calls the names of Python's asyncio with Python's signatures: the loop, its handles and what runs it.
#include <skein/asyncio.h>
#include <skein/futures.h>

#include <concepts>
#include <csignal>
#include <memory>

#include "probe.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;

namespace {
using skein::None;
using Context = skein::contextvars::Context;
using Handler = asyncio::ExceptionHandler;
asyncio::Coroutine<int> number(int x) { co_return x; }
int sum(int x, int y) { return x + y; }
void nothing() {}
void take(int, int) {}
}  // namespace

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

// probe: asyncio.Handle
void handle(asyncio::Handle& one, const asyncio::Handle& other) { returns<bool>(one == other); }

// probe: asyncio.{Handle,TimerHandle}.cancel
void handle_cancel(asyncio::Handle& any) { any.cancel(); }

// probe: asyncio.{Handle,TimerHandle}.cancelled
void handle_cancelled(asyncio::Handle& any) { returns<bool>(any.cancelled()); }

// probe: asyncio.{Handle,TimerHandle}.get_context
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

// probe: asyncio.TimerHandle
void timer_handle(asyncio::TimerHandle& one) {
  static_assert(std::derived_from<asyncio::TimerHandle, asyncio::Handle>);
  returns<bool>(one == one);
}

// probe: asyncio.TimerHandle.when
void timer_handle_when(asyncio::TimerHandle& any) { returns<double>(any.when()); }

// probe: asyncio.get_event_loop
void call_get_event_loop() { returns<asyncio::EventLoop>(asyncio::get_event_loop()); }

// probe: asyncio.get_running_loop
void call_get_running_loop() { returns<asyncio::EventLoop>(asyncio::get_running_loop()); }

// probe: asyncio.new_event_loop
void call_new_event_loop() { returns<asyncio::EventLoop>(asyncio::new_event_loop()); }

// probe: asyncio.run
void call_run() {
  returns<int>(asyncio::run(number(1)));
  returns<int>(asyncio::run({.debug = true, .loop_factory = asyncio::new_event_loop}, number(1)));
  returns<int>(asyncio::run(number, 1));
}

// probe: asyncio.set_event_loop
void call_set_event_loop(asyncio::EventLoop& any) {
  asyncio::set_event_loop(any);
  asyncio::set_event_loop(None);
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
