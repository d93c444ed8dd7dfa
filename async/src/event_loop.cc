#include <skein/asyncio/event_loop.h>
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/threading/thread.h>

#include <cxxabi.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <ostream>
#include <sstream>
#include <utility>

#include "loop.h"
#include "names.h"

namespace skein::inline v0 {

namespace internal {

// ---- callbacks ----

void Callback::cancel() {
  if (std::exchange(cancelled, true)) return;
  if (scheduled && loop != nullptr) loop->timer_cancelled();
  if (!running_) clear();
}

std::string Callback::describe() const { return cancelled ? "<Handle cancelled>" : "<Handle>"; }

void Callback::run_node(ReadyNode* node) {
  const auto self = CoreRef<Callback>::adopt(static_cast<Callback*>(node));  // The queue's reference.
  if (self->cancelled) return;
  LoopCore* const loop = std::exchange(self->loop, nullptr);
  self->running_ = true;
  try {
    const ContextSlotEntry entry(self->context);
    self->call();
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (const KeyboardInterrupt&) {
    throw;
  } catch (const SystemExit&) {
    throw;
  } catch (...) {
    report_from_callback(
        loop,
        {.message = "Exception in callback", .exception = std::current_exception(), .handle = asyncio::Handle(self)});
  }
  self->clear();
}

void Callback::discard_node(ReadyNode* node) noexcept {
  const auto self = CoreRef<Callback>::adopt(static_cast<Callback*>(node));
  self->loop = nullptr;
  self->clear();
}

// ---- reports ----

bool ends_loop(const std::exception_ptr& error) noexcept {
  if (error == nullptr) return false;
  try {
    std::rethrow_exception(error);
  } catch (const KeyboardInterrupt&) {
    return true;
  } catch (const SystemExit&) {
    return true;
  } catch (...) {
    return false;
  }
}

void throw_other_loop() {
  throw ValueError("The future belongs to a different loop than the one specified as the loop argument");
}

void report_from_callback(LoopCore* loop, const asyncio::ExceptionContext& context) {
  if (loop == nullptr) {
    write_report(context);
    return;
  }
  asyncio::EventLoop(CoreRef<LoopCore>::share(loop)).call_exception_handler(context);
}

void report_to(LoopCore* loop, const asyncio::ExceptionContext& context) noexcept {
  try {
    report_from_callback(loop, context);
  } catch (...) {  // Out of memory for a report; or the handler would end the loop, where nothing may be thrown.
  }
}

void report_in(ContextSlot& about, LoopCore* loop, const asyncio::ExceptionContext& context) noexcept {
  try {
    const ContextSlotEntry entry(about);
    report_to(loop, context);
  } catch (const RuntimeError&) {
    report_to(loop, context);
  }
}

void write_report(const asyncio::ExceptionContext& context) {
  std::string text = context.message.empty() ? "Unhandled exception in event loop" : context.message;
  std::ostringstream about;  // By their names, as Python sorts them.
  if (context.future.has_value()) about << "\nfuture: " << *context.future;
  if (context.handle.has_value()) about << "\nhandle: " << *context.handle;
  if (context.task.has_value()) about << "\ntask: " << *context.task;
  text += about.str();
  if (context.exception != nullptr) text += "\n" + describe(context.exception);
  write_to_stderr(text + "\n");
}

}  // namespace internal

namespace asyncio {

using internal::CoreRef;
using internal::LoopCore;

namespace {

// set_event_loop()'s. Its destructor may be the end of the loop.
thread_local std::optional<EventLoop> t_set_loop;

}  // namespace

// ---- handles ----

double TimerHandle::when() const { return callback_->when_seconds; }

std::ostream& operator<<(std::ostream& stream, const Handle& handle) { return stream << handle.callback_->describe(); }

std::ostream& operator<<(std::ostream& stream, const EventLoop& loop) {
  return stream << "<EventLoop running=" << (loop.is_running() ? "True" : "False")
                << " closed=" << (loop.is_closed() ? "True" : "False")
                << " debug=" << (loop.get_debug() ? "True" : "False") << ">";
}

// ---- running ----

void EventLoop::run_forever() { core().impl().run_forever(); }

void EventLoop::require_runnable() const { core().impl().require_runnable(); }

void EventLoop::run_until_done(const AnyFuture& future) {
  require_runnable();
  if (internal::LoopAccess::core(future).loop() != &core()) internal::throw_other_loop();
  const EventLoop held = *this;
  // Removed again, if the loop ends otherwise.
  struct StopWhenDone {
    LoopCore* loop;
    bool operator==(const StopWhenDone&) const = default;
    void operator()(const AnyFuture& future) const {
      // Such a one has ended the loop already, and this is the next run's first round.
      if (!internal::ends_loop(internal::LoopAccess::core(future).error())) loop->impl().stop();
    }
  } const stop_when_done{&core()};
  future.add_done_callback(stop_when_done);
  try {
    core().impl().run_forever();
  } catch (...) {
    future.remove_done_callback(stop_when_done);
    internal::LoopAccess::core(future).mark_read();
    throw;
  }
  if (!future.done()) {
    future.remove_done_callback(stop_when_done);
    throw RuntimeError("Event loop stopped before Future completed.");
  }
}

void EventLoop::stop() { core().impl().stop(); }
bool EventLoop::is_running() const { return core().impl().is_running(); }
bool EventLoop::is_closed() const { return core().closed(); }
void EventLoop::close() { core().impl().close(); }

double EventLoop::time() const { return static_cast<double>(core().now_ns()) / 1e9; }

// ---- queueing ----

EventLoop::Due EventLoop::at(double when) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  if (std::isnan(when)) throw ValueError("Invalid value NaN (not a number)");
  const double ns = when * 1e9;
  if (ns >= static_cast<double>(kMost)) return {kMost, when};
  if (ns <= -static_cast<double>(kMost)) return {-kMost, when};
  return {std::llround(ns), when};
}

// One that is past already is as long past as it says.
EventLoop::Due EventLoop::after(skein::Timeout delay) const {
  const std::int64_t ns = core().due_after(delay);
  return {ns, delay.unlimited() ? std::numeric_limits<double>::infinity() : static_cast<double>(ns) / 1e9};
}

namespace {

// Hands the loop its reference by `give`; takes it back if that throws.
template <class Give>
void hand_over(internal::Callback& callback, LoopCore& loop, Give give) {
  callback.loop = &loop;
  callback.share();
  try {
    give(callback);
  } catch (...) {
    callback.drop();
    throw;
  }
}

}  // namespace

Handle EventLoop::queue(CallbackRef callback) {
  hand_over(*callback, core(), [this](internal::Callback& node) { core().push(node); });
  return Handle(std::move(callback));
}

Handle EventLoop::queue_threadsafe(CallbackRef callback) {
  hand_over(*callback, core(), [this](internal::Callback& node) { core().push_threadsafe(node); });
  return Handle(std::move(callback));
}

TimerHandle EventLoop::schedule(CallbackRef callback) {
  hand_over(*callback, core(), [this](internal::Callback& node) { core().schedule(node); });
  return TimerHandle(std::move(callback));
}

// ---- descriptors, signals ----

void EventLoop::watch(int fd, bool write, std::function<void()> callback) {
  core().impl().watch(fd, write, std::move(callback));
}
bool EventLoop::unwatch(int fd, bool write) { return core().impl().unwatch(fd, write); }
void EventLoop::on_signal(int sig, std::function<void()> callback) {
  core().impl().on_signal(sig, std::move(callback));
}
bool EventLoop::remove_signal_handler(int sig) { return core().impl().forget_signal(sig); }

// ---- executor ----

std::shared_ptr<futures::Executor> EventLoop::default_executor() { return core().impl().executor(); }

void EventLoop::set_default_executor(std::shared_ptr<futures::Executor> executor) {
  if (executor == nullptr) throw ValueError("the executor is null");
  internal::LoopImpl& impl = core().impl();
  if (impl.executor_ended) throw RuntimeError("Executor shutdown has been called");
  impl.default_executor = std::move(executor);
}

// ---- exceptions ----

void EventLoop::set_exception_handler(ExceptionHandler handler) {
  core().impl().exception_handler = std::move(handler);
}
ExceptionHandler EventLoop::get_exception_handler() const { return core().impl().exception_handler; }
void EventLoop::default_exception_handler(const ExceptionContext& context) { internal::write_report(context); }

void EventLoop::call_exception_handler(const ExceptionContext& context) {
  const ExceptionHandler handler = core().impl().exception_handler;
  if (!handler) {
    default_exception_handler(context);
    return;
  }
  // In the context of what it is about, as CPython since 3.12.
  std::optional<contextvars::Context> about;
  if (context.task.has_value()) {
    about = context.task->get_context();
  } else if (context.future.has_value()) {
    if (internal::LoopTask* const task = internal::LoopAccess::core(*context.future).as_task()) about = task->context();
  } else if (context.handle.has_value()) {
    about = context.handle->get_context();
  }
  try {
    if (about.has_value()) {
      about->run(handler, *this, context);
    } else {
      handler(*this, context);
    }
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (const KeyboardInterrupt&) {
    throw;
  } catch (const SystemExit&) {
    throw;
  } catch (...) {
    default_exception_handler(
        {.message = "Unhandled error in exception handler", .exception = std::current_exception()});
  }
}

void EventLoop::set_task_factory(TaskFactory factory) { core().impl().set_task_factory(std::move(factory)); }
TaskFactory EventLoop::get_task_factory() const { return core().impl().task_factory; }

double EventLoop::slow_callback_duration() const { return static_cast<double>(core().impl().slow_callback_ns) / 1e9; }
void EventLoop::set_slow_callback_duration(double seconds) {
  const skein::Timeout duration(seconds);
  if (duration.negative()) throw ValueError("the duration must not be negative");
  core().impl().slow_callback_ns =
      duration.unlimited() ? std::numeric_limits<std::int64_t>::max() : duration.span().count();
}
void EventLoop::set_slow_callback_handler(SlowCallbackHandler handler) {
  core().impl().slow_callback_handler = std::move(handler);
}

void EventLoop::set_debug(bool enabled) { core().impl().set_debug(enabled); }
bool EventLoop::get_debug() const { return core().impl().debug; }

// ---- finding ----

EventLoop new_event_loop(LoopOptions options) {
  return EventLoop(CoreRef<LoopCore>::adopt(new internal::LoopImpl(options)));
}

EventLoop get_running_loop() { return EventLoop(CoreRef<LoopCore>::share(&LoopCore::running())); }

EventLoop get_event_loop() {
  if (internal::t_running.loop != nullptr) return get_running_loop();
  if (t_set_loop.has_value()) return *t_set_loop;
  throw RuntimeError("There is no current event loop in thread '" + threading::current_thread().name() + "'.");
}

void set_event_loop(EventLoop loop) { t_set_loop = std::move(loop); }
void set_event_loop(NoneType) { t_set_loop.reset(); }

}  // namespace asyncio
}  // namespace skein::inline v0
